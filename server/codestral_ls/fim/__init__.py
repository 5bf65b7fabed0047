"""How models were trained to fill in the middle: one table for the model host and for every backend.

    family.py           the fields of a family
    table.py            the families, with their sources
    family_page.py      the families as a table for the documentation
    leading_files.py    other files at the beginning of a prefix
    naming.py           the family by a model's name
    self_test_holes.py  the self-test's holes, and the verdict on a model's answers

Pure data and arithmetic: no tokenizer, no I/O.
"""
