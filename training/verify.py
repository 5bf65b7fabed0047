"""`python -m training.verify`: does llama.cpp compute the same from an exported file as the training framework?

Compares the tokenization of real text, the logits, and greedy decoding. It checks the export, not the model's quality.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
import torch

from training import checkpoint, control, corpus, positions, tokenizer
from training.evaluate import prompt
from training.export import FILE_TYPES, NAME
from training.llama import Llama
from training.makers import encode
from training.model import Decoder
from training.runs import RUNS

PROMPT_TOKENS, WRITTEN = 300, 12
"""The training framework evaluates the whole prompt for every token, so prompts are short."""

HARD = [
    "\n\n    x",
    "\tif x:\n\t\ty\n",
    "a  \n  \n\n        b",
    "naïve = 'é☺中文'",
    "[PREFIX]</s><s>",
    "x" * 40,
    "1234567",
    "it's we'll I'd",
    " \n",
    "",
]


def samples(count: int, seed: int = 7) -> list[str]:
    """Texts that begin and end anywhere, and a few difficult ones."""
    rng = random.Random(seed)
    texts = [source.text for source in corpus.read(corpus.HELD_FILE)]
    found = list(HARD)
    while len(found) < count:
        text = rng.choice(texts)
        start = rng.randrange(len(text))
        found.append(text[start : start + rng.randint(1, 3000)])
    return found


@torch.no_grad()
def greedy(model: Decoder, ids: list[int], count: int) -> list[int]:
    """The training framework's greedy continuation of a prompt, in float32."""
    written: list[int] = []
    while len(written) < count and control.END not in written:
        logits = model(torch.tensor([ids + written]))[0, -1]
        written.append(int(logits.argmax()))
    return written


def continued(llama: Llama, ids: list[int], count: int) -> list[int]:
    written: list[int] = []
    while len(written) < count and control.END not in written:
        written.append(int(llama.show(ids + written).argmax()))
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=RUNS / "tiny" / "last.pt")
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--prompts", type=int, default=12)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model = checkpoint.load(arguments.checkpoint).model()
    drawn = positions.draw([source.text for source in corpus.read(corpus.HELD_PACKAGE)], arguments.prompts, seed=3)
    expected: list[list[int]] = []
    for kind in FILE_TYPES:
        llama = Llama(arguments.checkpoint.parent / f"{NAME}-{kind}.gguf", threads=1)
        texts = samples(arguments.texts)
        same = sum(llama.tokenize(text) == encode(text) for text in texts)
        assert llama.pieces() == tokenizer.pieces(), "the pieces differ"
        prompts = [prompt(position, llama)[0][-PROMPT_TOKENS:] for position in drawn]
        with torch.no_grad():
            apart = max(float(np.abs(llama.show(ids) - model(torch.tensor([ids]))[0, -1].numpy()).max()) for ids in prompts)
        expected = expected or [greedy(model, ids, WRITTEN) for ids in prompts]
        equal = sum(written == continued(llama, ids, WRITTEN) for written, ids in zip(expected, prompts, strict=True))
        print(
            f"{kind}: tokenization equal {same} of {len(texts)}; greatest difference of a logit {apart:.4f}; "
            f"{WRITTEN} tokens greedy equal {equal} of {len(prompts)}"
        )
        llama.close()


if __name__ == "__main__":
    main()
