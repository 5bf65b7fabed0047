"""The same work for the one definition at a cursor: what an editor offers and requests."""
