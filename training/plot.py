"""`python -m training.plot`: the losses of a run against its tokens, as a PNG for the model card."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib.pyplot as plt

from training import corpus, tongues
from training.runs import RUNS

PICTURE = Path(__file__).parent / "curve.png"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", nargs="+", default=["tiny"], help="runs, in the order in which one went on from the other")
    parser.add_argument("--to", type=Path, default=PICTURE)
    arguments = parser.parse_args()
    lines = [line for run in arguments.run for line in (RUNS / run / "log.jsonl").read_text("utf-8").splitlines()]
    figures = [row for row in map(json.loads, lines) if row["step"] > 1]
    tokens = [row["tokens"] / 1e6 for row in figures]
    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    axes.plot(tokens, [row["train"] for row in figures], color="0.5", linewidth=3, label="training (weighted)")
    for number, language in enumerate(tongues.LANGUAGES):
        for part, style in ((corpus.HELD_FILE, "--"), (corpus.HELD_PACKAGE, "-")):
            key = f"{part}, {language}"
            if all(key in row for row in figures):
                axes.plot(tokens, [row[key] for row in figures], style, color=f"C{number}", label=key)
    axes.set(
        xlabel="million tokens",
        ylabel="nats a token of the prompt and the middle",
        title=f"Losses of the embedded model: {tokens[-1]:.0f} M tokens in {figures[-1]['minutes']:.0f} minutes",
    )
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right upper", fontsize="small")
    figure.savefig(arguments.to, dpi=110)
    print(f"{arguments.to.name}: {len(figures)} points")


if __name__ == "__main__":
    main()
