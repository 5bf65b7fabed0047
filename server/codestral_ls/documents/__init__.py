"""Documents as the rest of the package sees them: text, snapshots, languages and syntax trees.

    text.py        LSP's line rules and the line index
    document.py    one open document: edits in, snapshots out
    snapshot.py    what one request sees, frozen
    revision.py    the chain from an edited text back to the last parsed one
    hunks.py       many edits told as few changed ranges
    languages.py   the table of languages: names, suffixes, comment marks, grammars
    grammars.py    grammar wheels and parsers, loaded on first use
    queries.py     ``queries/<language>/<name>.scm``, loaded on first use, as plain matches
    syntax.py      one syntax tree and the questions it answers
    regions.py     string, comment or code, told from the text alone
    scopes.py      scopes told from indentation alone

Only this package imports tree_sitter, and never before the first tree is asked for. Deliberately empty of imports.
"""
