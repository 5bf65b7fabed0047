"""VS Code as its user sees it: open files, type, look at the ghost text and the status bar, use the palette."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.editors.vscode.vscode_window import DEADLINE, BrowserPage, CodeServer, wait_for

GHOST = ".ghost-text-decoration, .ghost-text-decoration-preview"
STATUS = "[id$='codestral-ls.status']"
FOCUSED = ".editor-group-container .monaco-editor.focused"
PICKER = ".quick-input-widget:visible"
PICKER_INPUT = ".quick-input-widget .quick-input-filter input"
READY_SECONDS = 60.0


class VSCodeEditor:
    """One window on one code-server."""

    def __init__(self, server: CodeServer, page: BrowserPage) -> None:
        self.server = server
        self.page = page
        self.place = server.place

    def open(self, file: Path, folder: Path | None = None) -> None:
        """Show the workspace or ``folder`` with ``file`` open; wait for its text, the status item and the focus."""
        self.page.do("goto", 150, url=self.server.url(file, folder))
        self.wait("the editor", lambda: self.count(".monaco-editor .view-line") > 0, 60)
        self.wait_status("Codestral")
        self.wait("the focus in the editor", self._is_focused_by_a_click)

    def second_window(self, file: Path) -> VSCodeEditor:
        """Another window beside this one, with the folder of ``file``."""
        other = VSCodeEditor(self.server, self.page.another())
        other.open(file, file.parent)
        return other

    def count(self, selector: str) -> int:
        """How many elements on the page match."""
        return int(self.page.do("count", selector=selector))

    def texts(self, selector: str) -> list[str]:
        """The texts of elements, with no-break spaces as plain spaces."""
        return [text.replace("\u00a0", " ").replace("\u00b7", " ") for text in self.page.do("texts", selector=selector)]

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.do("press", keys=key)

    def type(self, text: str, delay_ms: int = 15) -> None:
        """Type text, key by key."""
        self.page.do("type", text=text, delay=delay_ms)

    def end_of_file(self) -> None:
        """Put the cursor after the last character."""
        self.wait("the focus in the editor", self._has_focus)
        self.press("Control+End")

    def start_of_file(self) -> None:
        """Put the cursor before the first character."""
        self.wait("the focus in the editor", self._has_focus)
        self.press("Control+Home")
        self.wait("the cursor at the start", lambda: "Ln 1, Col 1" in self.cursor())

    def ghost(self) -> str:
        """All parts of the ghost text on the screen; "" if there is none."""
        return "".join(self.texts(GHOST)).rstrip("\n")

    def wait_ghost(self, part: str = "", seconds: float = DEADLINE) -> str:
        """Wait for ghost text that contains ``part``."""
        return self.wait(f"ghost text with {part!r}", lambda: (text := self.ghost()) if part in self.ghost() else "", seconds)  # type: ignore[no-any-return]

    def wait_no_ghost(self, seconds: float = DEADLINE) -> None:
        """Wait until there is no ghost text."""
        self.wait("no ghost text", lambda: not self.ghost(), seconds)

    def status(self) -> str:
        """The text of our status bar item."""
        return " ".join(self.texts(STATUS))

    def wait_status(self, part: str, seconds: float = READY_SECONDS) -> str:
        """Wait for a status bar item that contains ``part``."""
        return self.wait(f"the status {part!r}", lambda: text if part in (text := self.status()) else "", seconds)  # type: ignore[no-any-return]

    def wait_ready(self) -> None:
        """Wait until the backend is ready, which a tick in the status bar shows."""
        self.wait("a ready backend", lambda: self.count(f"{STATUS} .codicon-check") > 0, READY_SECONDS)

    def cursor(self) -> str:
        """The cursor's position in the status bar: ``Ln 3, Col 7``."""
        return " ".join(self.texts("[id='status.editor.selection']"))

    def tooltip(self) -> str:
        """The text of our status bar item for a screen reader: its text and its tooltip."""
        return str(self.page.do("attribute", selector=f"{STATUS} a", name="aria-label"))

    def focus(self) -> None:
        """Focus the active editor."""
        self.press("Control+1")

    def _is_focused_by_a_click(self) -> bool:
        """A window that still starts moves the focus elsewhere after a click that came too early."""
        self.page.do("click", selector=".monaco-editor .view-lines")
        return self.count(FOCUSED) > 0

    def _has_focus(self) -> bool:
        if self.count(FOCUSED) == 0:
            self.focus()
        return self.count(FOCUSED) > 0

    def menu(self, label: str) -> None:
        """Choose an entry from the menu of our status bar item."""
        self.wait_no_picker()
        self.page.do("click", selector=f"{STATUS} a")
        self.pick(label)

    def command(self, title: str) -> None:
        """Run a command through the palette."""
        self.wait_no_picker()
        self.press("F1")
        self.wait("the palette", lambda: self.count(f"{PICKER_INPUT}:focus") > 0)
        self.page.do("fill", selector=PICKER_INPUT, text=f">{title}")
        self.wait(f"the command {title}", lambda: title in "".join(self.texts(".quick-input-list .monaco-list-row.focused")))
        self.press("Enter")

    def wait_no_picker(self) -> None:
        """Wait until no quick pick is on the screen: text typed too early would go to a quick pick that is closing."""
        self.wait("no quick pick", lambda: self.count(PICKER) == 0)

    def picks(self) -> list[str]:
        """The entries of an open quick pick."""
        return [text.replace("\n", " ") for text in self.texts(".quick-input-list .monaco-list-row")]

    def pick(self, label: str) -> None:
        """Choose an entry of the open quick pick."""
        self.wait(f"the entry {label!r}", lambda: any(label in pick for pick in self.picks()))
        self.page.do("fill", selector=PICKER_INPUT, text=label)
        self.wait(f"{label!r} in front", lambda: label in "".join(self.texts(".quick-input-list .monaco-list-row.focused")))
        self.press("Enter")

    def messages(self) -> list[str]:
        """Notifications on the screen."""
        return self.texts(".notifications-toasts .notification-list-item-message")

    def wait_message(self, part: str, seconds: float = DEADLINE) -> str:
        """Wait for a notification that contains ``part``."""
        return self.wait(f"the message {part!r}", lambda: next((m for m in self.messages() if part in m), ""), seconds)  # type: ignore[no-any-return]

    def button(self, label: str) -> None:
        """Press a notification's button."""
        self.page.do("click", selector=f".notifications-toasts .monaco-button:has-text({json.dumps(label)})")

    def saved(self, file: Path) -> str:
        """Save the file and return its text once it is on the disk."""
        self.press("Control+s")
        self.wait("the file to be saved", lambda: self.count(".tab.active.dirty") == 0)
        return file.read_text()

    def picture(self, path: Path, **clip: int) -> None:
        """A screenshot; ``clip`` is x, y, width and height."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.do("screenshot", path=str(path), **({"clip": clip} if clip else {}))  # type: ignore[arg-type]

    def wait(self, what: str, look: Any, seconds: float = DEADLINE) -> Any:
        """``wait_for``, with a picture and the extension's log when it fails."""

        def otherwise() -> str:
            picture = self.place.folder.parent / "codestral-vscode-failed.png"
            self.picture(picture)
            log = "\n".join(self.server.log().splitlines()[-30:])
            return f"status {self.status()!r}, messages {self.messages()}, picture {picture}, log:\n{log}"

        return wait_for(what, look, seconds, otherwise)
