"""Families and prompts: every order, from texts or from the file's own keys."""

from __future__ import annotations

import pytest

from codestral_ls.errors import ModelError
from codestral_ls.host.families import Family, choose
from codestral_ls.host.prompt import arrange, build, encode_suffix
from support.models.host_fakes import FakeVocabulary

TEXTS = {
    "codestral": ("[PREFIX]", "[SUFFIX]", "[MIDDLE]"),
    "qwen": ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    "starcoder": ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
    "codellama": ("▁<PRE>", "▁<SUF>", "▁<MID>"),
    "deepseek": ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),
}


def from_texts(texts, keys=None, architecture="llama"):
    ids = {text: n + 100 for n, text in enumerate(texts)}
    return choose(ids.get, (keys or {}).get, architecture, "a model")


@pytest.mark.parametrize("name", TEXTS)
def test_a_family_is_known_by_its_tokens(name):
    family = from_texts(TEXTS[name])
    assert (family.name, family.prefix, family.suffix) == (name, 100, 101)


def test_codegemma_shares_texts_with_qwen_but_begins_with_bos():
    assert from_texts(TEXTS["qwen"], architecture="gemma").bos is True
    assert from_texts(TEXTS["qwen"], architecture="qwen2").bos is False


def test_the_files_own_keys_overrule_ids():
    keys = {"tokenizer.ggml.fim_pre_token_id": 7, "tokenizer.ggml.fim_suf_token_id": 8, "tokenizer.ggml.fim_mid_token_id": 9}
    assert from_texts(TEXTS["qwen"], keys) == Family("qwen", "prefix_first", 7, 8, 9, False)
    unknown = from_texts((), keys)
    assert (unknown.name, unknown.order, unknown.prefix) == ("metadata", "prefix_first", 7)
    older = {"tokenizer.ggml.prefix_token_id": 7, "tokenizer.ggml.suffix_token_id": 8, "tokenizer.ggml.middle_token_id": 9}
    assert from_texts((), older).suffix == 8


@pytest.mark.parametrize("texts", [(), ("[PREFIX]",), ("<fim_prefix>", "<fim_suffix>")])
def test_without_fim_tokens_it_is_refused_with_a_sentence(texts):
    with pytest.raises(ModelError, match=r"a model cannot fill in the middle: .* Choose a code model"):
        from_texts(texts)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("suffix_only_marked", [1, 8, 60, 61, 7, 50, 51]),
        ("suffix_first", [1, 7, 8, 60, 61, 9, 50, 51]),
        ("prefix_first", [1, 7, 50, 51, 8, 60, 61, 9]),
    ],
)
def test_orders(order, expected):
    first, second = arrange(Family("x", order, 7, 8, 9, True), 1, [50, 51], [60, 61])
    assert first + second == expected
    assert (first + second)[len(first) - 1] == 51
    without, rest = arrange(Family("x", order, 7, 8, 9, False), 1, [50, 51], [60, 61])
    assert without + rest == expected[1:]


@pytest.mark.parametrize("order", ["suffix_only_marked", "suffix_first", "prefix_first"])
def test_healing_takes_from_the_end_of_the_prefix_in_every_order(order):
    vocabulary = FakeVocabulary()
    family = Family("x", order, 3, 4, 0, True)
    healed = build(family, vocabulary, "self.as", "\nend")
    plain = build(family, vocabulary, "self.as", "\nend", heal=False)
    assert (healed.heal, plain.heal) == (b".as", b"")
    assert len(plain.tokens) - len(healed.tokens) == 1
    assert vocabulary.decode(plain.tokens).replace(".as", "") == vocabulary.decode(healed.tokens)


def test_control_texts_in_a_users_file_stay_text():
    vocabulary = FakeVocabulary()
    family = Family("codestral", "suffix_only_marked", 3, 4, -1, True)
    tokens = build(family, vocabulary, "a [SUFFIX] b", "[PREFIX]").tokens
    assert (tokens.count(3), tokens.count(4)) == (1, 1)


class SpacedVocabulary(FakeVocabulary):
    """SentencePiece's habit: a space in front of every text."""

    def encode(self, text):
        return super().encode(" " + text)


def test_a_sentencepiece_suffix_gets_no_space_in_front():
    vocabulary = SpacedVocabulary(kind="sentencepiece")
    assert vocabulary.decode(encode_suffix(vocabulary, "x)")) == "x)"
    assert encode_suffix(vocabulary, "") == []


def test_the_vocabularys_own_space_is_not_asked_for_again():
    vocabulary = SpacedVocabulary(kind="sentencepiece")
    family = Family("codestral", "suffix_only_marked", 3, 4, -1, True)
    assert build(family, vocabulary, "ret", "").heal == b"ret"
    assert build(family, vocabulary, "x ret", "").heal == b" ret"
