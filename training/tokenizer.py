"""`python -m training.tokenizer`: byte-level BPE of the training part, divided as llama.cpp's `gpt-2` pre-tokenizer does.

That pre-tokenizer keeps a newline together with the indentation after it (except the last space, which belongs to the word), so
the commonest layouts become one piece each. Control tokens never come from text.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from training import corpus, tongues
from training.control import CONTROL

FILE = corpus.DATA / "tokenizer.json"


def train(texts: Iterator[str], vocabulary: int) -> Tokenizer:
    """Train a tokenizer with `vocabulary` pieces: the control tokens, the 256 bytes, then the commonest merges."""
    tokenizer = _assembled(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[AddedToken(text, special=True) for text in CONTROL],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        max_token_length=24,
        show_progress=True,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.encode_special_tokens = True
    return tokenizer


def _assembled(model: models.BPE) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def of_pieces(tokens: list[str], merges: list[tuple[str, str]]) -> Tokenizer:
    """A tokenizer made from its pieces in the order of ids and its merges in the order of ranks."""
    tokenizer = _assembled(models.BPE({text: number for number, text in enumerate(tokens)}, merges))
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in CONTROL])
    tokenizer.encode_special_tokens = True
    return tokenizer


@cache
def load(path: Path = FILE) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.encode_special_tokens = True
    return tokenizer


@cache
def pieces(path: Path = FILE) -> list[bytes]:
    """The bytes of every piece by id; b"" for a control token."""
    tokenizer = load(path)
    letters = _byte_letters()
    vocabulary = {number: text for text, number in tokenizer.get_vocab().items()}
    return [
        b"" if number < len(CONTROL) else bytes(letters[letter] for letter in vocabulary[number])
        for number in range(tokenizer.get_vocab_size())
    ]


def _byte_letters() -> dict[str, int]:
    """GPT-2's alphabet: printable bytes represent themselves, other bytes are the letters from U+0100 on, in order."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(b): b for b in printable} | {chr(0x100 + i): b for i, b in enumerate(others)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vocabulary", type=int, default=8192)
    parser.add_argument("--share", type=float, default=0.4, help="of the training part's files that it is learned from")
    arguments = parser.parse_args()
    sources = [s for s in corpus.read(corpus.TRAIN) if corpus.fraction("vocabulary", s.package, s.path) < arguments.share]
    tokenizer = train((source.text for source in sources), arguments.vocabulary)
    tokenizer.save(str(FILE))
    print(f"{tokenizer.get_vocab_size()} pieces")
    for language in tongues.LANGUAGES:
        some = [source.text for source in corpus.in_language(sources, language)][:200]
        tokens = sum(len(encoding.ids) for encoding in tokenizer.encode_batch(some, add_special_tokens=False))
        print(f"{language}: {sum(len(text.encode()) for text in some) / max(1, tokens):.2f} bytes a token")


if __name__ == "__main__":
    main()
