"""A real Neovim."""
