"""Where useful text may be: one idea per file. Each source finds snippets for a cursor; none knows of the others."""
