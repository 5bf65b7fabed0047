"""What ``codestral-ls models recommend`` says here and on machines that are not here: python -m benchmarks.recommend.

The stand-ins' figures are data sheets' (``support/models/stand_in_machines.py``); nothing ran on them.
"""

from __future__ import annotations

import argparse
import os
import platform
from pathlib import Path

from codestral_ls.commands.recommending import in_words
from codestral_ls.host.ladder import climb
from codestral_ls.host.machine import measure
from support.models.stand_in_machines import CARD, H100, LAPTOP


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("benchmarks/results/recommend.md"))
    given = parser.parse_args()
    here = f"This machine ({platform.machine()}, {os.cpu_count()} cores)"
    machines = {here: measure(), "A laptop with 16 GB and no GPU": LAPTOP, "A card with 24 GB": CARD, "An H100": H100}
    parts = [f"## {name}\n\n```text\n{in_words(machine, climb(machine))}\n```\n" for name, machine in machines.items()]
    head = """# What `codestral-ls models recommend` says

Written by `python -m benchmarks.recommend`. The first machine was measured; the others are stand-ins with data sheets' figures, on
which nothing ran. No time here was tried with its model: they are computed from the figures above each table.

"""
    given.output.write_text(head + "\n".join(parts), encoding="utf-8")
    print(head + "\n".join(parts))


if __name__ == "__main__":
    main()
