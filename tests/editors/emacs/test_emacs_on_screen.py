"""Emacs with windows: where the cursor is drawn, and ghost text together with corfu's menu, which is a frame of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from support.editors.workplace import EditorWorkplace, Scripted

pytest.importorskip("pyte", reason="the extra [editors] is not installed")

from support.editors import pictured
from support.editors.debian_packages import Unavailable
from support.editors.emacs.emacs_on_screen import EmacsOnScreen
from support.editors.emacs.setup_graphical_emacs import GraphicalEmacs, UnseenScreen, graphical_emacs, screen
from support.editors.pictures import picture_folder

Edit = Callable[..., EmacsOnScreen]

LINES = {"after": "value = ", "texts": ["valuable + 1\nprint(value)"]}
BODY = {"after": "def twice(number):", "texts": ["\n    return 2 * number\n\n\nprint(twice(2))"]}
CORFU = """
(require 'corfu)
(setq corfu-auto t corfu-auto-delay 0.1 corfu-auto-prefix 2)
(defun words ()
  (let ((word (bounds-of-thing-at-point 'symbol)))
    (when word (list (car word) (cdr word) '("valuable" "valued" "load" "loads" "dump" "dumps")))))
(add-hook 'prog-mode-hook (lambda () (setq-local completion-at-point-functions '(words)) (corfu-mode 1)))
"""
MENU = "(and (bound-and-true-p corfu--frame) (frame-live-p corfu--frame) (frame-visible-p corfu--frame) t)"


@pytest.fixture(scope="session")
def found() -> GraphicalEmacs:
    try:
        return graphical_emacs()
    except Unavailable as reason:
        pytest.skip(f"Emacs with windows: {reason}")


@pytest.fixture
def unseen(found: GraphicalEmacs, tmp_path: Path) -> Iterator[UnseenScreen]:
    try:
        with screen(found.root, tmp_path) as opened:
            yield opened
    except Unavailable as reason:
        pytest.skip(f"Emacs with windows: {reason}")


@pytest.fixture
def edit(found: GraphicalEmacs, unseen: UnseenScreen, place: EditorWorkplace, scripted: Scripted) -> Iterator[Edit]:
    """Open a file with this text and the scripted server, with point at its end."""
    with visiting(found, unseen) as visit:

        def start(text: str, rules: list[dict[str, Any]], **more: Any) -> EmacsOnScreen:
            scripted.say(rules)
            return visit(place, text, scripted.command, **more)

        yield start


@contextmanager
def visiting(found: GraphicalEmacs, unseen: UnseenScreen) -> Iterator[Edit]:
    """A function that visits a file with a text and puts point at its end."""
    opened: list[EmacsOnScreen] = []

    def visit(place: EditorWorkplace, text: str, server: list[str], **more: Any) -> EmacsOnScreen:
        file = place.write("settings.py", text)
        editor = EmacsOnScreen(found, unseen, place.folder, place.environment, server=server, file=file, **more)
        opened.append(editor)
        editor.wait_attached()
        editor.ask("(progn (goto-char (point-max)) t)")
        editor.until(lambda: editor.cursor() is not None, "the cursor on the screen")
        return editor

    yield visit
    for editor in opened:
        editor.close()


def test_the_cursor_stays_where_ghost_text_begins_with_a_newline(edit: Edit) -> None:
    emacs = edit("", [BODY], after="(setq codestral-ls-idle-delay nil)")
    emacs.type("def twice(number):")
    emacs.until(lambda: emacs.buffer() == "def twice(number):", "typed")
    emacs.ask("(progn (redisplay t) t)")
    before = emacs.cursor()
    emacs.ask("(progn (codestral-ls-complete) t)")
    emacs.until_ghost("\n    return 2 * number\n\n\nprint(twice(2))")
    emacs.ask("(progn (redisplay t) t)")
    assert emacs.cursor() == before


def test_corfus_menu_and_ghost_text_are_seen_together(edit: Edit) -> None:
    emacs = edit("valuable = 1\nvalued = 2\n", [LINES], before=CORFU)
    emacs.type("value = val")
    emacs.until(lambda: emacs.ask(MENU), "corfu's menu")
    emacs.until_ghost("uable + 1")
    cursor = emacs.cursor()
    assert cursor is not None
    left, top, width = emacs.ask(
        "(vector (car (frame-position corfu--frame)) (cdr (frame-position corfu--frame)) (frame-char-width))"
    )
    assert abs(left - (cursor.left - 3 * width)) <= 2 * width  # it opens at the word, not after the ghost text,
    assert cursor.bottom <= top < cursor.bottom + 10  # and directly below the line, which stays visible
    emacs.type("u")
    emacs.until(lambda: emacs.buffer().endswith("valu"), "typed")
    emacs.until_ghost("able + 1")
    assert emacs.ask(MENU)
    emacs.press("ctrl+g")
    emacs.until(lambda: not emacs.ask(MENU), "the menu closed")
    emacs.until_ghost("able + 1\nprint(value)")
    emacs.press("Tab")
    emacs.until_buffer("valuable = 1\nvalued = 2\nvalue = valuable + 1\nprint(value)")


def test_the_picture_of_both(
    found: GraphicalEmacs, unseen: UnseenScreen, shared_place: EditorWorkplace, server: list[str], tmp_path: Path
) -> None:
    """With the embedded model. The code in the picture works when it is run."""
    with visiting(found, unseen) as visit:
        emacs = visit(shared_place, pictured.SETTINGS, server, before=CORFU)
        emacs.type(pictured.TYPED + "lo")
        emacs.until(lambda: emacs.ask(MENU), "corfu's menu")
        emacs.until_ghost("ad(file)")
        emacs.until(lambda: emacs.ask("(progn (redisplay t) t)"), "drawn")
        folder = picture_folder()
        if folder is not None:
            emacs.photograph(folder / "emacs-corfu.png", 620, 340)
        emacs.press("ctrl+g")
        emacs.until(lambda: not emacs.ask(MENU), "the menu closed")
        emacs.press("Tab")
        emacs.until(lambda: "return json.load(file)" in emacs.buffer(), "the completion accepted")
        assert pictured.reads_what_it_saved(emacs.buffer(), tmp_path)
