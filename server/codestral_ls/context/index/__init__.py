"""The index of a workspace: definitions, imports and references of its files in one SQLite file per root.

    extract.py   what is kept of one file
    files.py     which files of a root are indexed
    store.py     the database: schema, opening, healing
    write.py     puts files into it and takes them out
    build.py     brings it up to date with the folder
    worker.py    the low-priority process that does so beside a server
    modules.py   which file an import means
    read.py      questions, within a keystroke

Deliberately nothing here knows what a prompt is.
"""
