"""`python -m training.bundle --to FILE`: the corpus for a machine that only trains, in one xz file.

It has the training part, and a few files of each language from the held-out part, on which a run measures its progress.
"""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

from training import corpus

WATCHED = 40
"""Files of each language from each held-out part."""
FILTER = "preset=9e,dict=192MiB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=corpus.DATA / "corpus.jsonl.xz")
    arguments = parser.parse_args()
    sources = [source for part in (corpus.TRAIN, corpus.HELD_FILE, corpus.HELD_PACKAGE) for source in corpus.read(part)]
    for part in (corpus.HELD_FILE, corpus.HELD_PACKAGE):
        sources = corpus.fewer(sources, part, WATCHED)
    sources.sort(key=lambda source: (source.language, source.package, source.path))  # so that similar files are neighbours
    plain = arguments.to.with_suffix("")
    corpus.write(sources, plain)
    subprocess.run(["xz", "--force", "--threads=2", "--block-size=110MiB", f"--lzma2={FILTER}", plain], check=True)
    print(f"{arguments.to}: {arguments.to.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
