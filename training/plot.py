"""`python -m training.plot`: the losses of a run against its tokens, as a PNG for the model card."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib.pyplot as plt

from training import corpus
from training.runs import RUNS

PICTURE = Path(__file__).parent / "curve.png"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", nargs="+", default=["tiny"], help="runs, in the order in which one went on from the other")
    parser.add_argument("--to", type=Path, default=PICTURE)
    arguments = parser.parse_args()
    lines = [line for run in arguments.run for line in (RUNS / run / "log.jsonl").read_text("utf-8").splitlines()]
    figures = [json.loads(line) for line in lines]
    tokens = [row["tokens"] / 1e6 for row in figures]
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.plot(tokens, [row["train"] for row in figures], color="0.7", label="training (weighted)")
    for part, colour in ((corpus.HELD_FILE, "tab:blue"), (corpus.HELD_PACKAGE, "tab:orange")):
        axes.plot(tokens, [row[part] for row in figures], color=colour, label=part)
        axes.plot(tokens, [row[f"{part}, middle"] for row in figures], "--", color=colour, label=f"{part}, middle")
    axes.set(
        xlabel="million tokens",
        ylabel="nats a token",
        title=f"{tokens[-1]:.0f} M tokens in {figures[-1]['minutes']:.0f} minutes",
    )
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(arguments.to, dpi=110)
    print(f"{arguments.to.name}: {len(figures)} points")


if __name__ == "__main__":
    main()
