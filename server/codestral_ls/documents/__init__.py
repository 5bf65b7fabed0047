"""Documents as the rest of the package sees them: text, snapshots, languages and syntax trees.

    text.py        LSP's line rules and the line index
    document.py    one open document: edits in, snapshots out
    snapshot.py    the frozen text and cursor of one request
    revision.py    the chain from an edited text back to the last parsed text
    hunks.py       many edits merged into few changed ranges
    languages.py   the table of languages: names, suffixes, comment marks, grammars
    grammars.py    grammar wheels and parsers, loaded on first use
    queries.py     ``queries/<language>/<name>.scm``, loaded on first use
    matches.py     a query's results as plain values
    syntax.py      one syntax tree and the questions it answers
    regions.py     string, comment or code
    scopes.py      the functions, classes and blocks around a place
    outline.py     the definitions, imports and used names of a file
    walk.py        every node as plain values, for proofs

Only this package imports tree_sitter, and never before the first tree is needed, so nothing is imported here.
"""
