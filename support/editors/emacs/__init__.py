"""A real Emacs."""
