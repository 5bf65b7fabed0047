"""How the embedded model was made, one command per stage.

    python -m training.collect     corpus.py, licences.py, sieve.py   Python files of this interpreter → data/corpus.jsonl
    python -m training.tokenizer                                      corpus → data/tokenizer.json
    python -m training.train       model.py, cuts.py, rows.py, muon.py, crew.py, checkpoint.py   → runs/NAME/
    python -m training.plot                                           a run's log → curve.png
    python -m training.export                                         a checkpoint → GGUF in F16 and Q8_0, checked
    python -m training.evaluate    positions.py, copying.py, healing.py   the table of MODEL_CARD.md

Nothing here is imported by the server; the server's package holds only the GGUF that comes out.
"""
