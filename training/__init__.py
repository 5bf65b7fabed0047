"""How the embedded model was made, one command per stage (extra `[training]`; run them from the repository's root).

    python -m training.collect     the corpus: Python files installed next to this interpreter → data/corpus.jsonl
    python -m training.tokenizer   byte-level BPE → data/tokenizer.json
    python -m training.train       `--until HH:MM` or minutes; `--resume`, `--init-from CHECKPOINT-or-GGUF` → runs/NAME/
    python -m training.stopping    learn `</s>` anew, if a last stage has unlearned it
    python -m training.plot        a run's log → curve.png
    python -m training.export      a checkpoint → GGUF in F16 and Q8_0
    python -m training.verify      does llama.cpp compute the same from those files?
    python -m training.evaluate    the tables of MODEL_CARD.md

The modules behind them:

    corpus.py     split and copies       licences.py  permitted packages           sieve.py    useful files
    cuts.py       cursor positions       rows.py      examples packed into rows    control.py  control tokens by id
    model.py      the decoder            muon.py      update rules                 schedule.py the rate by the wall clock
    crew.py       workers on one model   flat.py      all parameters in one tensor checkpoint.py, restore.py, runs.py
    positions.py  evaluated positions    copying.py   the rival without a model    healing.py  spelling the last piece again
    llama.py      a GGUF in llama.cpp    measures.py  exact, similar               report.py   the tables

Nothing here is imported by the server; the server's package holds only the resulting GGUF.
"""
