"""Model families and their prompts: every order of the parts, given as text or read from the file's own keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from codestral_ls.errors import ModelError
from codestral_ls.fim.family import FamilyName, FileFormat
from codestral_ls.fim.leading_files import count_left
from codestral_ls.fim.table import TABLE
from codestral_ls.host.families import Family, choose, other_orders
from codestral_ls.host.prompt_tokens import arrange, build, encode_suffix
from support.models.host_fakes import FakeVocabulary

TEXTS = {
    "codestral": ("[PREFIX]", "[SUFFIX]", "[MIDDLE]"),
    "qwen": ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    "starcoder": ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
    "codellama": ("▁<PRE>", "▁<SUF>", "▁<MID>"),
    "deepseek": ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
}


def from_texts(texts: Any, keys: Any = None, architecture: str = "llama", model: str = "a model") -> Any:
    ids = {text: n + 100 for n, text in enumerate(texts)}
    return choose(ids.get, (keys or {}).get, architecture, model)


@pytest.mark.parametrize("name", TEXTS)
def test_a_family_is_known_by_its_tokens(name: str) -> None:
    family = from_texts(TEXTS[name])
    assert (family.name, family.prefix, family.suffix) == (name, 100, 101)


@pytest.mark.parametrize(
    ("texts", "architecture", "model", "name", "order"),
    [
        (("<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<filename>"), "llama", "Mellum 4b Base", "mellum", "suffix_then_prefix"),
        (("<fim_prefix>", "<fim_suffix>", "<fim_middle>"), "mellum2", "Mellum2 12B A2.5B", "mellum", "suffix_then_prefix"),
        (("<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<file_sep>"), "starcoder2", "x", "starcoder2", "prefix_first"),
        (("<fim_prefix>", "<fim_suffix>", "<fim_middle>"), "granite", "Granite 3.3 8b", "starcoder", "prefix_first"),
        (("<fim_prefix>", "<fim_suffix>", "<fim_middle>"), "refact", "Refact 1.6B", "starcoder", "prefix_first"),
        (("<fim_prefix>", "<fim_suffix>", "<fim_middle>"), "stablelm", "Stable Code 3b", "starcoder", "prefix_first"),
        (("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"), "granitehybrid", "Granite 4.0 H", "qwen", "prefix_first"),
        (("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"), "qwen3moe", "Qwen3 Coder 30B A3B", "qwen", "prefix_first"),
        (("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"), "qwen3next", "Qwen3 Coder Next", "qwen", "prefix_first"),
        (("<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"), "llama", "Seed-Coder-8B", "seed_coder", "suffix_then_prefix"),
        (("<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"), "glm4moe", "GLM-4.5-Air", "glm", "prefix_first"),
        (("<|prefix|>", "<|suffix|>", "<|middle|>"), "falcon-h1", "Falcon-H1-Tiny-Coder-90M", "falcon", "prefix_first"),
        (("<fim-prefix>", "<fim-suffix>", "<fim-middle>"), "gpt2", "santacoder", "santacoder", "prefix_first"),
    ],
)
def test_families_that_share_spellings_are_distinguished(texts: Any, architecture: Any, model: Any, name: str, order: Any) -> None:
    family = from_texts(texts, architecture=architecture, model=model)
    assert (family.name, family.order, family.prefix, family.suffix) == (name, order, 100, 101)


def test_every_row_has_a_source_and_every_name_a_row() -> None:
    assert all(row.source and row.unproved and row.checked.startswith("20") for row in TABLE)
    assert all(address.startswith("https://") for row in TABLE for address in row.addresses)
    assert all(row.addresses for row in TABLE)
    assert {row.name for row in TABLE} == set(get_args(FamilyName))


def test_other_orders_are_all_that_the_tokens_allow() -> None:
    mellum = Family("mellum", "suffix_then_prefix", 1, 2, 3, False)
    assert [family.order for family in other_orders(mellum)] == ["prefix_first", "suffix_only_marked", "suffix_first"]
    assert other_orders(Family("codestral", "suffix_only_marked", 1, 2, -1, True)) == ()


def test_other_files_come_before_the_fim_tokens_or_where_the_family_has_them() -> None:
    vocabulary = FakeVocabulary()
    prefix = "Wa\nA\nWb\nmine W"
    before = Family("qwen", "prefix_first", 3, 4, 0, False, "", False, FileFormat("W"), 2)
    ids = vocabulary.encode
    end = [4, *ids("s"), 0]
    tokens = build(before, vocabulary, prefix, "s", heal=False, files=2).tokens
    assert tokens == [2, *ids("a\nA\n"), 2, *ids("b\n"), 3, *ids("mine W"), *end]
    star = replace(before, files=FileFormat("W", place="marker_then_path"))
    tokens = build(star, vocabulary, prefix, "s", heal=False, files=2).tokens
    assert tokens == [2, *ids("a\nA\n"), 2, 3, *ids("b\nmine W"), *end]
    # After trimming: first a file whose header was cut off, then a prompt with fewer file markers than announced.
    cut = build(
        before, vocabulary, "A\nWb\nmine", "s", heal=False, files=count_left(prefix, "A\nWb\nmine W", before.files, 2)
    ).tokens
    assert cut == [*ids("A\n"), 2, *ids("b\n"), 3, *ids("mine"), *end]
    assert build(before, vocabulary, "mine", "s", heal=False, files=2).tokens == [3, *ids("mine"), *end]
    assert build(before, vocabulary, prefix, "s", heal=False).tokens == [3, *ids(prefix), *end]


def test_codegemma_shares_texts_with_qwen_but_begins_with_bos() -> None:
    assert from_texts(TEXTS["qwen"], architecture="gemma").bos is True
    assert from_texts(TEXTS["qwen"], architecture="qwen2").bos is False


def test_the_files_own_keys_overrule_ids() -> None:
    keys = {"tokenizer.ggml.fim_pre_token_id": 7, "tokenizer.ggml.fim_suf_token_id": 8, "tokenizer.ggml.fim_mid_token_id": 9}
    assert from_texts(TEXTS["qwen"], keys) == Family("qwen", "prefix_first", 7, 8, 9, False)
    unknown = from_texts((), keys)
    assert (unknown.name, unknown.order, unknown.prefix) == ("metadata", "prefix_first", 7)
    older = {"tokenizer.ggml.prefix_token_id": 7, "tokenizer.ggml.suffix_token_id": 8, "tokenizer.ggml.middle_token_id": 9}
    assert from_texts((), older).suffix == 8


@pytest.mark.parametrize("texts", [(), ("[PREFIX]",), ("<fim_prefix>", "<fim_suffix>")])
def test_without_fim_tokens_it_is_refused_with_a_sentence(texts: Any) -> None:
    with pytest.raises(ModelError, match=r"a model cannot fill in the middle: .* Choose a code model"):
        from_texts(texts)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("suffix_only_marked", [1, 8, 60, 61, 7, 50, 51]),
        ("suffix_then_prefix", [1, 8, 60, 61, 7, 50, 51, 9]),
        ("suffix_first", [1, 7, 8, 60, 61, 9, 50, 51]),
        ("prefix_first", [1, 7, 50, 51, 8, 60, 61, 9]),
    ],
)
def test_orders(order: Any, expected: Any) -> None:
    first, second = arrange(Family("x", order, 7, 8, 9, True), 1, [50, 51], [60, 61])
    assert first + second == expected
    assert (first + second)[len(first) - 1] == 51
    without, rest = arrange(Family("x", order, 7, 8, 9, False), 1, [50, 51], [60, 61])
    assert without + rest == expected[1:]


@pytest.mark.parametrize("order", ["suffix_only_marked", "suffix_first", "suffix_then_prefix", "prefix_first"])
def test_healing_takes_from_the_end_of_the_prefix_in_every_order(order: Any) -> None:
    vocabulary = FakeVocabulary()
    family = Family("x", order, 3, 4, 0, True)
    healed = build(family, vocabulary, "self.as", "\nend")
    plain = build(family, vocabulary, "self.as", "\nend", heal=False)
    assert (healed.heal, plain.heal) == (b".as", b"")
    assert len(plain.tokens) - len(healed.tokens) == 1
    assert vocabulary.decode(plain.tokens).replace(".as", "") == vocabulary.decode(healed.tokens)


def test_control_texts_in_a_users_file_stay_text() -> None:
    vocabulary = FakeVocabulary()
    family = Family("codestral", "suffix_only_marked", 3, 4, -1, True)
    tokens = build(family, vocabulary, "a [SUFFIX] b", "[PREFIX]").tokens
    assert (tokens.count(3), tokens.count(4)) == (1, 1)


class SpacedVocabulary(FakeVocabulary):
    """Encodes as SentencePiece does: with a space in front of every text."""

    def encode(self, text: str) -> list[int]:
        return super().encode(" " + text)


def test_a_sentencepiece_suffix_gets_no_space_in_front() -> None:
    vocabulary = SpacedVocabulary(kind="sentencepiece")
    assert vocabulary.decode(encode_suffix(vocabulary, "x)")) == "x)"
    assert encode_suffix(vocabulary, "") == []


def test_the_vocabularys_own_space_is_not_asked_for_again() -> None:
    vocabulary = SpacedVocabulary(kind="sentencepiece")
    family = Family("codestral", "suffix_only_marked", 3, 4, -1, True)
    assert build(family, vocabulary, "ret", "").heal == b"ret"
    assert build(family, vocabulary, "x ret", "").heal == b" ret"
