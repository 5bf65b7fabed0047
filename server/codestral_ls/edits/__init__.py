"""Next edits: the change that follows from the last ones, wherever it belongs."""
