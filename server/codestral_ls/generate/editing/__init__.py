"""Files that are read, edited with a proof, and replaced without losing anything."""
