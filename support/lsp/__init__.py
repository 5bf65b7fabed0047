"""An editor's side of the protocol, and what the server under it may speak to."""
