"""What the model sees of the code: the window at the cursor, other files' snippets, and the budget they share."""
