"""An editor's side of the protocol, and servers for the language server to talk to."""
