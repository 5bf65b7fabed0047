"""Next edits in the real VS Code with the real server and its keys: shown at their place, jumped to, applied, undone, refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.editors.pictures import picture_folder
from support.editors.vscode.vscode_editor import VSCodeEditor
from support.editors.workplace import EditorWorkplace
from support.lsp.lsp_client import fake

CODE = '''def load(path):
    """Return the text of a file."""
    with open(path) as file:
        return file.read()


users = load("users.txt")
for name in users.split():
    print(name)


'''
TEXT = CODE + "# ---\n" * 60 + 'groups = load("groups.txt")\n'
NEW = "read_text"
SAME = "    user = current_user()"
WAYS = ("delete_order", "delete_user", "delete_price")
STEPS = "".join(f"def {way}(name):\n{SAME}\n    {way.replace('delete_', '')}s.remove(name)\n\n\n" for way in WAYS)
ADDED = ("    if not user.is_staff:", "        raise Forbidden")


DRAWN = """
[...document.querySelectorAll('.monaco-editor .view-line')].map((line) => line.innerText
  + [...line.querySelectorAll('span')].map((span) => getComputedStyle(span, '::after').content)
    .filter((text) => text !== 'none' && text !== 'normal').map((text) => JSON.parse(text)).join('')).join('\\n')
"""


def drawn(editor: VSCodeEditor) -> str:
    """The lines on the screen, including what decorations draw in them."""
    return str(editor.page.do("evaluate", script=DRAWN)).replace("\u00a0", " ").replace("\u00b7", " ")


def is_shown(editor: VSCodeEditor) -> bool:
    """True if the new name is drawn beside an old use of it."""
    return any("= load(" in line and NEW in line for line in drawn(editor).split("\n"))


@pytest.mark.timeout(600)  # the first test also fetches the editor
def test_propose_jump_apply_undo_refuse(place: EditorWorkplace, open_vscode: Callable[..., VSCodeEditor]) -> None:
    place.environment.update(fake(""))
    file = place.write("report.py", TEXT)
    editor = open_vscode(file)
    editor.wait_ready()
    editor.start_of_file()
    editor.press("Control+ArrowRight", "ArrowRight", "Control+Delete")
    editor.type(NEW)
    editor.wait("the new name", lambda: f"def {NEW}(path):" in drawn(editor))
    editor.wait("the edit at its place", lambda: is_shown(editor))
    folder = picture_folder()
    if folder is not None:
        editor.picture(folder / "vscode-next-edit.png", x=300, y=30, width=700, height=230)
    editor.press("Tab")  # jumps there
    editor.wait("the cursor in line 7", lambda: "Ln 7," in editor.cursor())
    assert editor.saved(file).count(NEW) == 1
    editor.press("Tab")  # applies it
    editor.wait("the edit made", lambda: f"users = {NEW}(" in editor.saved(file))
    editor.wait("the hint at the cursor", lambda: "next edit in line 72 ↓" in drawn(editor))
    editor.press("Tab")
    editor.wait("the cursor in line 72", lambda: "Ln 72," in editor.cursor())
    editor.press("Tab")
    editor.wait("the third edit made", lambda: f"groups = {NEW}(" in editor.saved(file))
    editor.press("Control+z")
    editor.wait("one step undone", lambda: "groups = load(" in editor.saved(file))
    assert f"users = {NEW}(" in file.read_text()
    refuse(editor)
    several_lines_are_a_block(editor, place)


def refuse(editor: VSCodeEditor) -> None:
    """Another change brings a next edit again, and Escape refuses it."""
    editor.press("Control+End")
    editor.type('teams = load("teams.txt")')
    editor.wait("an edit", lambda: is_shown(editor))
    editor.press("Escape")
    editor.wait("no edit", lambda: not is_shown(editor) and "next edit" not in drawn(editor))


def several_lines_are_a_block(editor: VSCodeEditor, place: EditorWorkplace) -> None:
    """Two lines that were inserted at two places are shown beside the code of the third place, one below the other."""
    file = place.write("steps.py", STEPS)
    editor.open(file)
    editor.wait_ready()
    editor.start_of_file()
    editor.press("ArrowDown")
    for down in (0, 5):
        editor.press(*["ArrowDown"] * down, "End", "Enter")
        editor.type(ADDED[0].strip())
        editor.press("Enter")
        editor.type(ADDED[1].strip())
        before = searches(editor)
        editor.wait("the server asked", lambda before=before: searches(editor) > before)
    editor.wait("both lines", lambda: rows_beside_the_third(editor) == (ADDED[0].strip(), 3))
    assert editor.count(".view-overlays [class*='ced-']") > 0, "no line shows where they would go"
    folder = picture_folder()
    if folder is not None:
        editor.picture(folder / "vscode-next-edit-lines.png", x=300, y=30, width=700, height=430)
    editor.press("Tab")
    editor.wait("the cursor in line 16", lambda: "Ln 16," in editor.cursor())
    editor.press("Tab")
    editor.wait("the lines", lambda: editor.saved(file).count(f"{SAME}\n{ADDED[0]}\n{ADDED[1]}\n") == 3)


def searches(editor: VSCodeEditor) -> int:
    """How many next edits the server has looked for in steps.py."""
    return editor.server.log().count("next edit of steps.py")


def rows_beside_the_third(editor: VSCodeEditor) -> tuple[str, int]:
    """The text to the right of the third function's last line, and how many lines are the second added one: one is in the block."""
    lines = drawn(editor).split("\n")
    last = "prices.remove(name)"
    beside = next((line.split(last)[1].strip() for line in lines if last in line), "")
    return beside, sum(line.strip() == ADDED[1].strip() for line in lines)
