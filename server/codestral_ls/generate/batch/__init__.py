"""One batch from its value to its end: its files, the texts they lack, the journal, the passes over it."""
