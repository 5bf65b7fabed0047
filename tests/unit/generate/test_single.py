"""Documenting a single definition at the cursor, as an editor requests it: the cursor is drawn in the code."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from codestral_ls.backends.base import BackendInfo
from codestral_ls.backends.fake import FakeBackend, fixed, in_order
from codestral_ls.config.sections import GenerateOptions
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.errors import BackendUnavailable, GenerateError
from codestral_ls.generate.at_cursor.single import definition_to_document, function_to_test, write_docstring, write_tests
from codestral_ls.generate.editing.edits import apply_edits
from support.waiting import until

OPTIONS = GenerateOptions()
CLASS = "class A:\n    x = 1\n\n    @d\n    def m(self, a):\n        return a\n"


def snapshot(drawn: str, language: str = "python", path: Path | None = None) -> Snapshot:
    offset = drawn.index("│")
    return Snapshot.of(drawn.replace("│", ""), offset, language, path=path)


NAMES = [
    ("def f(a):\n    ret│urn a\n", "python", "f"),
    ("│def f(a):\n    return a\n", "python", "f"),
    ("def f(a):\n    return a\n\n\n│x = 1\n", "python", None),
    (CLASS.replace("x = 1", "x│ = 1"), "python", "A"),
    (CLASS.replace("@d", "@│d"), "python", "A.m"),
    (CLASS.replace("return a", "return a│"), "python", "A.m"),
    ("def f(a): return│ a\n", "python", None),
    ("def f(:\n    return│ a\n", "python", None),
    ("/** Old. */\nfunction f() {\n  │g();\n}\n", "javascript", "f"),
    ("│a\n", "plaintext", None),
]


@pytest.mark.parametrize(("drawn", "language", "name"), NAMES)
def test_what_can_be_documented(drawn: str, language: str, name: str | None) -> None:
    assert definition_to_document(snapshot(drawn, language)) == name


async def document(drawn: str, *answers: str, language: str = "python") -> tuple[str, FakeBackend, list[str]]:
    backend = FakeBackend(in_order(answers))
    told: list[str] = []
    one = snapshot(drawn, language)
    edit = await write_docstring(one, backend, OPTIONS, told.append)
    return apply_edits(one.text, [edit]), backend, told


async def test_a_docstring() -> None:
    text, _, told = await document("def f(a):\n    return │a\n", "Return it unchanged.")
    assert text == 'def f(a):\n    """Return it unchanged."""\n    return a\n'
    assert told == ["documenting f"]


@pytest.mark.parametrize("drawn", ["def f(a):\n    return │a\n", 'def f(a):\n    """Old words."""\n    return │a\n'])
async def test_the_embedded_model_is_not_asked(drawn: str) -> None:
    backend = FakeBackend(fixed("Return it unchanged."), info=BackendInfo("local", "embedded", remote=False))
    with pytest.raises(GenerateError, match="does not write true prose: choose a larger model"):
        await write_docstring(snapshot(drawn), backend, OPTIONS, lambda _text: None)
    assert not backend.requests


async def test_documentation_that_is_there_is_replaced() -> None:
    text, _, _ = await document('def f():\n    """Old words."""\n    │print(1)\n', "Print the number one.")
    assert text == 'def f():\n    """Print the number one."""\n    print(1)\n'
    text, _, _ = await document("/** Old. */\nfunction f() {\n  │g();\n}\n", "Calls the other one.", language="javascript")
    assert text == "/** Calls the other one. */\nfunction f() {\n  g();\n}\n"


async def test_the_files_own_style() -> None:
    drawn = 'def g(a):\n    """Do.\n\n    :param a: It.\n    """\n\n\ndef f(b):\n    print(│b)\n'
    text, backend, _ = await document(drawn, "Print it.\n\n    :param b: What is printed.\n    ")
    assert ":param b: What is printed.\n" in text
    assert backend.requests[0].priority.name == "INTERACTIVE"


async def test_garbage_is_asked_for_again_and_then_given_up() -> None:
    text, backend, told = await document("def f():\n    │print(1)\n", "}{ ;;", "Print the number one.")
    assert "Print the number one." in text
    assert len(backend.requests) == len(told) == 2
    with pytest.raises(GenerateError, match="nothing that can be used"):
        await document("def f():\n    │print(1)\n", "}{")
    with pytest.raises(GenerateError, match="no function"):
        await document("│x = 1\n", "a b c")
    with pytest.raises(GenerateError, match="line of its signature"):
        await document("def f(): return│ 1\n", "a b c")


async def test_a_backend_that_is_away_is_its_own_error() -> None:
    backend = FakeBackend("", faults=[BackendUnavailable("away")])
    with pytest.raises(BackendUnavailable):
        await write_docstring(snapshot("def f():\n    │print(1)\n"), backend, OPTIONS)


async def test_cancelling_ends_the_generation() -> None:
    async def scenario() -> FakeBackend:
        backend = FakeBackend("a b c " * 50, decode_rate=5.0)
        task = asyncio.create_task(write_docstring(snapshot("def f():\n    │print(1)\n"), backend, OPTIONS))
        await until(lambda: backend.running, "the generation")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert backend.running == 0
        return backend

    assert (await scenario()).cancelled == 1


async def test_tests_for_the_function_at_the_cursor(tmp_path: Path) -> None:
    path = tmp_path / "calc.py"
    path.write_text("def add(a, b):\n    return a + b\n")
    one = Snapshot.of(path.read_text(), 20, path=path)
    assert function_to_test(one) == "add"
    backend = FakeBackend(fixed("_small():\n    assert add(1, 2) == 3\n"))
    new = await write_tests(one, backend, OPTIONS, tmp_path)
    assert new.path == tmp_path / "tests/test_calc_generated.py"
    assert new.is_new
    assert new.tests == ("test_add_small",)
    assert "from calc import add\n" in new.text
    assert not new.path.exists()
    new.path.parent.mkdir()
    new.path.write_text(new.text)
    again = await write_tests(one, backend, OPTIONS, tmp_path)
    assert not again.is_new
    assert again.tests == ("test_add_small_2",)
    assert "import" not in again.text
    compile(new.text + again.text, "x", "exec")
    new.path.write_text("# by hand\n")
    with pytest.raises(GenerateError, match="was not written by this command"):
        await write_tests(one, backend, OPTIONS, tmp_path)
    with pytest.raises(GenerateError, match="outside"):
        await write_tests(one, backend, OPTIONS, tmp_path / "deeper")
