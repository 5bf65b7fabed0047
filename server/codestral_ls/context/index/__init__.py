"""The index of a workspace: definitions, imports and references of its files in one SQLite file per root.

extract.py        the facts kept about one file
    indexed_files.py  which files of a root are indexed
    store.py          the database: schema, opening, healing
    write.py          adds files to it and removes them
    build_index.py    updates it from the folder
    worker.py         the low-priority process that does so while a server runs; index_keeper.py starts it
    modules.py        which file an import means
    read.py           queries, fast enough for a keystroke

Nothing here knows prompts.
"""
