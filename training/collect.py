"""`python -m training.collect`: write the corpus and print what is in it, with the licence of every source."""

from __future__ import annotations

from collections import Counter

from training import corpus


def main() -> None:
    sources = corpus.split(corpus.packages())
    corpus.write(sources)
    files, characters = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for source in sources:
        row = (source.split, source.package, source.licence)
        files[row] += 1
        characters[row] += len(source.text)
    print("| part | package | licence | files | MB |\n|---|---|---|---|---|")
    for row in sorted(files, key=lambda row: (row[0], -characters[row])):
        print(f"| {row[0]} | {row[1]} | {row[2]} | {files[row]} | {characters[row] / 1e6:.2f} |")
    for part in (corpus.TRAIN, corpus.HELD_FILE, corpus.HELD_PACKAGE):
        rows = [row for row in files if row[0] == part]
        print(f"{part}: {sum(files[r] for r in rows)} files, {sum(characters[r] for r in rows) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
