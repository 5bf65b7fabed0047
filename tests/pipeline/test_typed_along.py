"""The rest of a known answer is judged again, like a fresh answer, if the document with it has changed."""

from __future__ import annotations

import pytest

from codestral_ls.completion.answer import Ask
from codestral_ls.completion.completer import Completer
from codestral_ls.documents.snapshot import Snapshot
from support.drawing import complete, drawn, instant, options, shown, with_completer

UNHURRIED = 20_000


def edited(snapshot: Snapshot, typed: str, closed: str) -> Snapshot:
    """The snapshot after ``typed`` was typed and the editor closed ``closed`` after the cursor."""
    offset = snapshot.offset
    text = snapshot.text[:offset] + typed + closed + snapshot.text[offset:]
    return Snapshot.of(text, offset + len(typed), snapshot.language, snapshot.uri)


@pytest.mark.parametrize(
    ("language", "code", "answer", "typed", "closed", "expected"),
    [
        ("python", "x = │\n", "f(a, b)", "f(", ")", "x = f(a, b)\n"),
        ("python", "x = │\n", 'f("a")', 'f("', '")', 'x = f("a")\n'),
        ("python", "print(│)\n", 'f"{name}"', 'f"{', '}"', 'print(f"{name}")\n'),
        ("python", "y = 1\n│\n", 'x = """a"""', 'x = """', '"""', 'y = 1\nx = """a"""\n'),
        ("javascript", "const a = │;\n", "`${b}`", "`${", "}`", "const a = `${b}`;\n"),
        ("rust", "fn f() {\n    let v: │;\n}\n", "Vec<u8>", "Vec<", ">", "fn f() {\n    let v: Vec<u8>;\n}\n"),
        ("html", "<p │>\n</p>\n", 'class="a b"', 'class="', '"', '<p class="a b">\n</p>\n'),
        ("groovy", "def a = │\n", "f(['x', 'y'])", "f(['", "'])", "def a = f(['x', 'y'])\n"),
        ("plaintext", "It is │\n", "good (so far)", "good (", ")", "It is good (so far)\n"),
        ("c", "int f(void) {\n    │\n}\n", "g(a[1]);", "g(a[", "])", "int f(void) {\n    g(a[1]);\n}\n"),
    ],
)
async def test_what_the_editor_closes_on_the_way(
    language: str, code: str, answer: str, typed: str, closed: str, expected: str
) -> None:
    backend = instant(answer)

    async def scenario(completer: Completer) -> None:
        first = drawn(code, language)
        assert (await completer.complete(first, Ask())).items
        later = edited(first, typed, closed)
        along = await completer.complete(later, Ask())
        assert along.source == "typed_along"
        assert shown(later, along) == expected
        fresh = await complete(
            later.text[: later.offset] + "│" + later.text[later.offset :], answer[len(typed) :], language, budget_ms=UNHURRIED
        )
        assert shown(later, fresh) == expected

    await with_completer(backend, scenario, options(budget_ms=UNHURRIED))
    assert len(backend.requests) == 1


async def test_an_answer_that_would_break_the_document_further_on_is_not_shown_there() -> None:
    async def scenario(completer: Completer) -> None:
        first = drawn("x = │\ny = 2\n")
        assert (await completer.complete(first, Ask())).items
        offset = first.offset + 2
        text = "x = f(1) + g(\ny = 2\n"  # the line was edited after the cursor while the answer was typed along
        later = Snapshot.of(text[:4] + "f(" + " + )(\ny = 2\n", offset, "python", first.uri)
        answer = await completer.complete(later, Ask())
        after = Snapshot.of(shown(later, answer), 0, "python").tree()
        before = later.tree()
        assert after is not None
        assert before is not None
        assert after.error_count <= before.error_count

    await with_completer(instant("f(1)"), scenario, options(budget_ms=UNHURRIED))
