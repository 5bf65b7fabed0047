"""An editor's side of LSP, and servers for the language server to use as backends."""
