"""A model that is asked for the next edit: its prompt in each published format, and how its answers are used."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from codestral_ls.backends.base import BackendInfo, Priority
from codestral_ls.backends.fake import FakeBackend
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.text import common_prefix
from codestral_ls.edits.changes import LineChange
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.next_edits import NextEdits
from codestral_ls.edits.region import region_at
from codestral_ls.edits.rewrite_answer import edits_of, lines_of
from codestral_ls.edits.rewrite_prompt import RewritePrompt, rewrite_prompt
from codestral_ls.edits.rewriting import Rewriting, answer_to, format_for
from codestral_ls.fim.edit_format import EditFormatName, format_named, format_of

URI = "file:///work/project/area.py"
LOCAL = BackendInfo("local", "sweep-next-edit-1.5b", remote=False, continues=True)
OLD = "def area(width):\n    return width * width\n\n\nside = 3\nprint(area(side))\n"
NEW = "def area(width, height):\n    return width * width\n\n\nside = 3\nprint(area(side))\n"
CHANGE = LineChange(URI, "python", 0, ("def area(width):",), ("def area(width, height):",))
EVERY: tuple[EditFormatName, ...] = ("sweep", "zeta2", "zeta2.1", "fim")


def prompt(name: EditFormatName, text: str = NEW, offset: int = 23, changes: tuple[LineChange, ...] = (CHANGE,)) -> RewritePrompt:
    page = DocumentLines(Snapshot.of(text, 0, "python", URI))
    region = region_at(page, offset, format_named(name))
    assert region is not None
    found = rewrite_prompt(format_named(name), URI, "python", region, changes)
    assert found is not None
    return found


def test_sweeps_prompt_has_the_edits_and_the_lines_before_and_after_the_last() -> None:
    found = prompt("sweep")
    assert found.raw
    assert found.prefix == (
        "<|file_sep|>project/area.py.diff\noriginal:\ndef area(width):\nupdated:\ndef area(width, height):\n"
        f"<|file_sep|>original/project/area.py\n{OLD}\n<|file_sep|>current/project/area.py\n{NEW}\n"
        "<|file_sep|>updated/project/area.py"
    )


def test_zetas_prompts_have_the_suffix_first_and_the_cursor_in_the_region() -> None:
    below = "".join(f"line_{number} = {number}\n" for number in range(30))
    marked = NEW.replace("height):", "height<|user_cursor|>):") + "".join(f"line_{number} = {number}\n" for number in range(18))
    rest = "".join(f"line_{number} = {number}\n" for number in range(18, 30))
    head = (
        f"<[fim-suffix]>\n{rest}\n<[fim-prefix]><filename>edit_history\n--- a/project/area.py\n+++ b/project/area.py\n"
        "-def area(width):\n+def area(width, height):\n\n<filename>project/area.py\n"
    )
    assert prompt("zeta2.1", NEW + below, 22).prefix == f"{head}<|marker_1|>\n{marked}<|marker_2|>\n<[fim-middle]>"
    assert prompt("zeta2", NEW + below, 22).prefix == f"{head}<<<<<<< CURRENT\n{marked}=======\n<[fim-middle]>"


def test_a_completion_model_fills_the_emptied_region_after_the_edits_in_comments() -> None:
    above = "".join(f"line_{number} = {number}\n" for number in range(12))
    found = prompt("fim", above + NEW, len(above) + 22)
    assert not found.raw
    assert found.prefix.startswith("# Edits so far:\n# --- a/project/area.py\n# +++ b/project/area.py\n# -def area(width):\n# +def")
    assert "\n# print(area(side))\n" in found.prefix
    assert "\nline_7 = 7\n# The next lines before the next edit:\n# line_8 = 8\n" in found.prefix
    assert found.prefix.endswith("# print(area(side))\n#\n# and after it:\n")
    assert "area" not in found.suffix


@pytest.mark.parametrize("name", EVERY)
def test_a_text_with_a_word_of_the_format_is_not_shown_to_a_model(name: EditFormatName) -> None:
    form = format_named(name)
    for word in form.reserved:
        for text, changes in ((f"a = '{word}'\n", ()), ("a = 1\n", (LineChange(URI, "python", 0, (word,), ("a = 1",)),))):
            region = region_at(DocumentLines(Snapshot.of(text, 0, "python", URI)), 0, form)
            assert region is not None
            assert rewrite_prompt(form, URI, "python", region, changes) is None
            assert rewrite_prompt(form, f"file:///{word}.py", "python", region, changes) is None


@pytest.mark.parametrize(("name", "moved"), [("sweep", 1), ("zeta2", 5), ("zeta2.1", 5), ("fim", 3)])
def test_what_a_server_has_evaluated_is_the_beginning_of_the_next_prompt(name: EditFormatName, moved: int) -> None:
    """The cursor moves down within a region's grid, and one more line is edited: everything before the region stays the same."""
    lines = [f"name_{number} = call({number})" for number in range(400)]
    first = LineChange(URI, "python", 200, ("name_200 = 0",), (lines[200],))
    text = "\n".join(lines)
    at = text.index("name_200 ")
    later = "\n".join(lines[: 200 + moved])
    before = prompt(name, text, at, (first,)).prefix
    after = prompt(name, text.replace(f"call({200 + moved})", "call(None)"), len(later) + 1, (first,)).prefix
    shared = common_prefix(before, after)
    assert shared >= (0.1 if name == "sweep" else 0.5) * len(after)
    assert name == "sweep" or prompt(name, text, at).suffix == prompt(name, text, len(later) + 1).suffix


ANSWERS: dict[EditFormatName, str] = {
    "sweep": "\n{}\n",
    "zeta2": "{}\n",
    "zeta2.1": "<|marker_1|>\n{}\n<|marker_2|>\n",
    "fim": "{}\n",
}


class Scene:
    """A document that went through ``texts``, in which no change can be repeated."""

    def __init__(self, *texts: str) -> None:
        self.edits = NextEdits()
        self.version = 0
        for text in texts:
            self.goes_on(text)

    def goes_on(self, text: str, others: tuple[Snapshot, ...] = ()) -> None:
        self.version += 1
        self.snapshot = Snapshot.of(text, min(23, len(text)), "python", URI, version=self.version)
        assert self.edits.next(self.snapshot, others, "balanced") is None

    def asked(self, name: EditFormatName = "sweep", info: BackendInfo = LOCAL) -> Rewriting:
        found = self.asked_if_any(name, info)
        assert found is not None
        return found

    def asked_if_any(self, name: EditFormatName = "sweep", info: BackendInfo = LOCAL) -> Rewriting | None:
        return self.edits.to_rewrite(self.snapshot, format_named(name), info)


@pytest.mark.parametrize("name", EVERY)
def test_an_answer_becomes_the_smallest_edit_nearest_to_the_cursor(name: EditFormatName) -> None:
    scene = Scene(OLD, NEW)
    wanted = NEW.replace("* width\n", "* height\n").replace("area(side)", "area(side, side)").rstrip("\n")
    found = scene.edits.rewritten(scene.asked(name), ANSWERS[name].format(wanted))
    assert found is not None
    proposal = found[1]
    assert (NEW[proposal.start : proposal.end], proposal.text) == ("width", "height")
    assert NEW[: proposal.start].endswith("return width * ")


NO_EDIT = {
    "nothing": "",
    "blank lines": "\n\n",
    "the word for no edit": "NO_EDITS",
    "as it is": NEW,
    "the user's own edit undone": OLD,
    "most of the lines left out": "print(area(side))\n",
    "repeated": NEW * 6,
    "other lines": "x = 1\n" * 7,
    "a bracket left open": NEW.replace("side = 3", "side = (3"),
    "a control word": NEW.replace("side = 3", "side = '<|file_sep|>'"),
}


@pytest.mark.parametrize("answer", NO_EDIT.values(), ids=NO_EDIT)
def test_an_answer_that_is_no_edit_is_none(answer: str) -> None:
    scene = Scene(OLD, NEW)
    assert scene.edits.rewritten(scene.asked(), answer) is None


@pytest.mark.parametrize(
    "answer",
    [
        "a = 2\n",
        "<|marker_1|>\na = 2\n",
        "<|marker_2|>\na = 2\n<|marker_1|>\n",
        "so: <|marker_1|>\na = 2\n<|marker_2|>",
        "<|marker_1|>",
    ],
)
def test_an_answer_without_its_markers_is_none(answer: str) -> None:
    form = format_named("zeta2.1")
    region = region_at(DocumentLines(Snapshot.of("a = 1\n", 0, "python", URI)), 0, form)
    assert region is not None
    assert lines_of(form, answer, region) is None
    assert lines_of(form, "<|marker_1|>\na = <|user_cursor|>2\n<|marker_2|>", region) == ("a = 2", "")


def test_lines_that_are_added_or_removed_are_whole_lines() -> None:
    form = format_named("sweep")
    page = DocumentLines(Snapshot.of("a\nb\nc\nd\ne", 0, "python", URI))
    region = region_at(page, 0, form)
    assert region is not None
    (added,) = edits_of(region, ("new", "a", "b", "c", "d", "e"))
    assert (added.line, added.end, added.lines) == (0, 1, ("new", "a"))
    (added,) = edits_of(region, ("a", "b", "new", "c", "d", "e"))
    assert (added.line, added.end, added.lines) == (1, 2, ("b", "new"))
    (removed,) = edits_of(region, ("a", "b", "d", "e"))
    assert (removed.line, removed.end, removed.lines) == (2, 3, ())


RIGHT = NEW.replace("* width\n", "* height\n")


def test_a_refused_edit_is_not_shown_again_and_a_model_is_asked_once_for_a_place() -> None:
    scene = Scene(OLD, NEW)
    found = scene.edits.rewritten(scene.asked(), RIGHT)
    assert found is not None
    assert scene.asked_if_any() is None
    scene.edits.refuse(found[0])
    scene.goes_on(NEW + "\n")
    assert scene.edits.rewritten(scene.asked(), RIGHT + "\n") is None


def test_an_answer_for_a_text_that_moved_on_is_none() -> None:
    scene = Scene(OLD, NEW)
    asked = scene.asked()
    scene.goes_on("# more\n" + NEW)
    assert scene.edits.rewritten(asked, RIGHT) is None


def test_no_model_is_asked_without_an_edit_or_while_it_does_not_parse() -> None:
    assert Scene(NEW).asked_if_any() is None
    assert Scene(OLD, NEW.replace("height):", "height:")).asked_if_any() is None
    assert Scene(OLD, NEW).asked_if_any() is not None


def test_a_document_that_has_become_private_is_not_shown_to_a_model() -> None:
    scene = Scene(OLD, NEW)
    scene.edits.withhold(("area.py",))
    assert scene.edits.next(scene.snapshot, (), "balanced") is None
    assert scene.asked_if_any() is None


def test_a_remote_model_sees_the_changes_of_this_document_alone() -> None:
    other = Snapshot.of("secret_plan = 1\n", 0, "python", "file:///work/project/other.py")
    changed = Snapshot.of("secret_plan = 22\n", 0, "python", other.uri, version=1)
    scene = Scene()
    scene.goes_on(OLD, (other,))
    scene.goes_on(NEW, (changed,))
    remote = BackendInfo("llama_server", "", remote=True, continues=True)
    assert "secret_plan" in scene.asked().prompt.prefix
    assert "secret_plan" not in scene.asked(info=remote).prompt.prefix


def test_a_model_is_asked_by_its_name_or_by_the_option() -> None:
    plain = BackendInfo("codestral", "codestral-latest", remote=True)
    server = BackendInfo("llama_server", "", remote=False, continues=True)
    assert format_for("auto", LOCAL) is format_named("sweep")
    assert format_of("bartowski/zed-industries_zeta-2.1-GGUF") is format_named("zeta2.1")
    assert format_of("zeta-2-Q4_K_M.gguf") is format_named("zeta2")
    assert format_for("auto", plain) is format_for("none", LOCAL) is format_for("auto", server) is None
    assert format_for("fim", plain) is format_named("fim")
    assert format_for("sweep", plain) is None  # Mistral's API takes no raw prompt
    assert format_for("zeta2", server) is format_named("zeta2")


async def test_one_request_that_lets_completions_go_first() -> None:
    asked = Scene(OLD, NEW).asked()
    backend = FakeBackend("\nanswer<|file_sep|>more")
    assert await answer_to(backend, asked) == "\nanswer"
    (request,) = backend.requests
    assert (request.raw, request.priority, request.source) == (True, Priority.PREFETCH, URI)
    assert await answer_to(FakeBackend("word " * 2_000), asked) is None  # cut off, so it is not an edit


async def test_a_generation_that_nobody_waits_for_ends() -> None:
    asked = Scene(OLD, NEW).asked()
    began = asyncio.Event()

    async def sleep(seconds: float) -> None:
        began.set()
        await asyncio.sleep(0)
        if seconds > 1:
            await asyncio.Event().wait()

    backend = FakeBackend("word " * 50, decode_rate=0.01, sleep=sleep)
    waiting = asyncio.create_task(answer_to(backend, asked))
    await began.wait()
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    assert (backend.running, backend.cancelled) == (0, 1)
