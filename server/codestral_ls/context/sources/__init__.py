"""Where useful text may lie: one idea, one file. Each finds snippets for a cursor; none knows of the others."""
