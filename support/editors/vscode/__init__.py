"""A real VS Code in a real browser."""
