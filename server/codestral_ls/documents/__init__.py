"""Documents as the rest of the package sees them: text, snapshots, languages and syntax trees.

    text.py        LSP's line rules and the line index
    document.py    one open document: edits in, snapshots out
    snapshot.py    what one request sees, frozen
    revision.py    the chain from an edited text back to the last parsed one
    hunks.py       many edits told as few changed ranges
    languages.py   the table of languages: names, suffixes, comment marks, grammars
    grammars.py    grammar wheels and parsers, loaded on first use
    queries.py     ``queries/<language>/<name>.scm``, loaded on first use
    matches.py     what a query found, as plain values
    syntax.py      one syntax tree and the questions it answers
    regions.py     string, comment or code
    scopes.py      the functions, classes and blocks around a place
    outline.py     what a file defines, imports and uses
    walk.py        every node as plain values, for proofs

Only this package imports tree_sitter, and never before the first tree is asked for. Deliberately empty of imports.
"""
