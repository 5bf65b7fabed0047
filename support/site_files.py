"""MkDocs' hook for ``mkdocs.yml``: the site has the repository's layout, so a link works there as it does in a checkout.

The pages, and every file of the checkout that they link to or show, keep their paths: README.md is the first page.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from support import pages
from support.repository import ROOT

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page


def wanted() -> set[str]:
    """The pages and the files they link to, relative to the root; linked pages bring in their own links."""
    found: set[str] = set()
    ahead = [path.relative_to(ROOT).as_posix() for path in pages.pages()]
    while ahead:
        name = ahead.pop()
        if name in found:
            continue
        found.add(name)
        if not name.endswith(".md"):
            continue
        page = ROOT / name
        for link in pages.links(page.read_text("utf-8")):
            own = link.startswith(pages.OWN)
            target = ROOT / link.removeprefix(pages.OWN) if own else Path(page.parent / link.partition("#")[0]).resolve()
            if target.is_file() and target.is_relative_to(ROOT):
                ahead.append(target.relative_to(ROOT).as_posix())
    return found


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Replace the files of the folder ``docs`` by the checkout's; the theme's own files stay."""
    from mkdocs.structure.files import File

    for file in list(files.documentation_pages()) + list(files.media_files()):
        if file.src_dir == config.docs_dir:
            files.remove(file)
    for name in sorted(wanted()):
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Make a client's page show the repository's pictures from the site itself, not from the address in the page."""
    return markdown.replace(pages.OWN, "../" * page.file.src_uri.count("/"))
