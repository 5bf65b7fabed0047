"""How models were trained to fill in the middle: one table for the model host and for every backend.

    family.py     what a row says
    table.py      the rows, with their sources
    holes.py      the self-test's holes, and the verdict on a model's answers

Pure data and arithmetic: no tokenizer, no I/O.
"""
