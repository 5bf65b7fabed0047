"""Prompts in the order in which each family was trained, as text and as token ids of the server's own tokenizer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from codestral_ls.backends.exchange import Exchange
from codestral_ls.backends.fim_prompt import around_controls, render
from codestral_ls.backends.server_tokens import ServerTokens
from codestral_ls.errors import BackendProtocolError, BackendRefused
from codestral_ls.fim.family import PROBE
from codestral_ls.fim.table import row_named


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("codestral", "[SUFFIX]AFTER[PREFIX]BEFORE"),
        ("qwen", "<|fim_prefix|>BEFORE<|fim_suffix|>AFTER<|fim_middle|>"),
        ("deepseek", "<｜fim▁begin｜>BEFORE<｜fim▁hole｜>AFTER<｜fim▁end｜>"),
        ("starcoder", "<fim_prefix>BEFORE<fim_suffix>AFTER<fim_middle>"),
        ("codellama", "<PRE><SUF>AFTER<MID>BEFORE"),
        ("starcoder2", "<fim_prefix>BEFORE<fim_suffix>AFTER<fim_middle>"),
        ("santacoder", "<fim-prefix>BEFORE<fim-suffix>AFTER<fim-middle>"),
        ("mellum", "<fim_suffix>AFTER<fim_prefix>BEFORE<fim_middle>"),
        ("seed_coder", "<[fim-suffix]>AFTER<[fim-prefix]>BEFORE<[fim-middle]>"),
        ("glm", "<|code_prefix|>BEFORE<|code_suffix|>AFTER<|code_middle|>"),
        ("falcon", "<|prefix|>BEFORE<|suffix|>AFTER<|middle|>"),
        ("codegemma", "<|fim_prefix|>BEFORE<|fim_suffix|>AFTER<|fim_middle|>"),
    ],
)
def test_the_order_of_each_family(style: str, text: str) -> None:
    assert render(row_named(style), "BEFORE", "AFTER") == text


def test_control_words_in_the_users_file_are_left_out() -> None:
    style = row_named("codestral")
    assert around_controls(style, "old [SUFFIX] new", "after [PREFIX] far") == (" new", "after ")
    assert render(style, "a[PREFIX]b", "c[SUFFIX]d") == "[SUFFIX]c[PREFIX]b"


V3, TEKKEN = row_named("codestral").known


class Server:
    """Answers /tokenize like a server: a letter's id is its code point, control words have 1, 2, …; ``space`` adds a space to
    every text.
    """

    name = "The server"

    def __init__(self, *, space: bool = False, words: bool = True, probe: tuple[int, ...] = ()) -> None:
        self.probe = probe
        self.space = space
        self.words = words
        self.asked: list[str] = []

    async def post_json(self, path: str, body: Mapping[str, Any], *, timeout: float) -> Any:
        assert path == "/tokenize"
        assert body["content"] == body["prompt"]
        text = body["content"]
        self.asked.append(text)
        controls = ["<s>", "[PREFIX]", "[SUFFIX]", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"]
        if text == PROBE and not self.words:
            return {"tokens": list(self.probe)}
        if body["parse_special"] and self.words and text in controls:
            return {"tokens": [controls.index(text) + 1]}
        return {"tokens": [ord(letter) for letter in (" " if self.space else "") + text]}


def tokens(server: Server, style: str = "codestral") -> ServerTokens:
    return ServerTokens(cast("Exchange", server), row_named(style))


def letters(text: str) -> list[int]:
    return [ord(letter) for letter in text]


@pytest.mark.parametrize(
    ("server", "style", "expected"),
    [
        (Server(), "codestral", [1, 3, *letters("ef"), 2, *letters("ab")]),
        # SentencePiece's space stays in front of the prefix, as in mistral-common, and is removed from the suffix.
        (Server(space=True), "codestral", [1, 3, *letters("ef"), 2, *letters(" ab")]),
        (Server(), "qwen", [4, *letters("ab"), 5, *letters("ef"), 6]),
        # A server that hides control words: its tokens show which of Mistral's vocabularies it has.
        (Server(words=False, probe=V3.probe), "codestral", [1, 13, *letters("ef"), 11, *letters("ab")]),
        (Server(words=False, probe=TEKKEN.probe), "codestral", [1, 16, *letters("ef"), 14, *letters("ab")]),
    ],
)
async def test_a_prompt_as_token_ids(server: Server, style: str, expected: list[int]) -> None:
    assert await tokens(server, style).prompt("ab", "ef", 1.0) == expected


async def test_a_suffix_is_tokenized_once_while_someone_types() -> None:
    server = Server()
    one = tokens(server)
    for typed in ("r", "re", "ret"):
        await one.prompt(typed, "after", 1.0)
    await one.prompt("", "", 1.0)
    asked = server.asked
    assert asked.count("☺after") == 1
    assert [text for text in asked if text.startswith("r")] == ["r", "re", "ret"]


async def test_a_server_with_another_vocabulary_that_hides_its_control_words_is_refused() -> None:
    with pytest.raises(BackendRefused, match="<s>"):
        await tokens(Server(words=False)).prompt("a", "b", 1.0)


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("qwen", "<|file_sep|>a.py\nA\n<|file_sep|>b.py\n<|fim_prefix|>mine<|fim_suffix|>tail<|fim_middle|>"),
        ("starcoder2", "<file_sep>a.py\nA\n<file_sep><fim_prefix>b.py\nmine<fim_suffix>tail<fim_middle>"),
        ("mellum", "<filename>a.py\nA\n<filename>b.py\n<fim_suffix>tail<fim_prefix>mine<fim_middle>"),
        ("codestral", "[SUFFIX]tail[PREFIX]+++++ a.py\nA\n+++++ b.py\nmine"),
    ],
)
def test_other_files_are_written_in_the_models_own_format(style: str, text: str) -> None:
    from codestral_ls.context.snippet_format import Snippet
    from codestral_ls.context.snippet_format import render as with_files

    prefix, files = with_files(style, [Snippet("a.py", 1, 1, "A", "x")], "b.py", "mine")
    assert render(row_named(style), prefix, "tail", files) == text


async def test_only_the_counted_file_words_are_control_tokens() -> None:
    class Files(Server):
        async def post_json(self, path: str, body: Mapping[str, Any], *, timeout: float) -> Any:
            if body["content"] == "<|file_sep|>" and body["parse_special"]:
                return {"tokens": [99]}
            return await super().post_json(path, body, timeout=timeout)

    prefix = "<|file_sep|>a\nA\n<|file_sep|>b\nx <|file_sep|>"
    ids = await tokens(Files(), "qwen").prompt(prefix, "s", 1.0, 2)
    assert ids == [99, *letters("a\nA\n"), 99, *letters("b\n"), 4, *letters("x <|file_sep|>"), 5, *letters("s"), 6]


async def test_a_model_without_the_styles_control_words_is_refused() -> None:
    with pytest.raises(BackendRefused, match="fim_prefix"):
        await tokens(Server(words=False), "qwen").prompt("a", "b", 1.0)


async def test_an_answer_without_tokens_is_no_tokenizer() -> None:
    class Odd(Server):
        async def post_json(self, path: str, body: Mapping[str, Any], *, timeout: float) -> Any:
            return {"tokens": ["a"]}

    with pytest.raises(BackendProtocolError, match="/tokenize"):
        await tokens(Odd()).prompt("a", "b", 1.0)
