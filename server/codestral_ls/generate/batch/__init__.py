"""One batch from its value to its end: which files, what is missing of them, the journal, the passes over it."""
