"""How a project writes its documentation, read from the whole repository: sections by kind of definition, places, quotes, lengths.

Read once, before anything is written, and kept in the journal: a resumed run must make exactly the first run's requests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import cast

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.batch.kept import count_of, counts_of, fields_of, flag_of, one_of, rows_of, shares_of, text_of, texts_of
from codestral_ls.generate.docstrings.clean import comment_kind, read_body
from codestral_ls.generate.docstrings.docstring_sections import Style, sections_of, style_of
from codestral_ls.generate.docstrings.documentable import Documentable, read_definitions
from codestral_ls.generate.docstrings.house_rules import HouseRules, read_house_rules
from codestral_ls.generate.editing.source import FileLeftAlone, read_source

LOOKED_AT = 400
"""Files that are read, spread over the repository; more would not change the result."""
_EXAMPLE_CHARACTERS = 900
_FEW = 10
"""With fewer documented definitions of a kind, nothing is concluded about it."""
_RARE = 0.02
_ALMOST_ALL, _WIDEST = 0.9, 140
"""The width that this share of a project's own documentation does not exceed; wider lines count as links or tables."""
_FEW_WITH_PARAMETERS = 40
_FEW_SECTIONS, _SETTLED = 5, 0.8
"""A project has a style if it has this many docstrings with sections, and this share of them is in that style."""
_STYLES: dict[str, Style] = {"google": "google", "numpy": "numpy", "pep257": "sphinx"}


@dataclass(frozen=True, slots=True)
class Example:
    """A definition with its documentation, for the prompt; ``kind`` as ``kind_of`` names it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Profile:
    """How documentation is written.

    ``style`` is of Python's sections; ``is_settled``: sections of another style are converted to it. ``sections`` is the share of
    documented definitions with parameters that describe them, by kind; ``documented`` the share that is documented at all; kinds of
    which too little is known are missing. ``usual_characters`` and ``longest_characters`` are enough for nine of ten, and for all,
    of the project's own. ``broken`` has the languages whose marks have lines of their own even around one line. ``fillers`` are the
    statements (``pass``, ``...``) that the project keeps in a body that a docstring alone would fill. ``widths`` are the widths of
    the project's own documentation, by family of languages.
    """

    style: Style = "google"
    examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)
    sections: Mapping[str, float] = field(default_factory=dict)
    documented: Mapping[str, float] = field(default_factory=dict)
    begins_on_second_line: bool = False
    closes_on_last_line: bool = False
    broken: tuple[str, ...] = ()
    quotes: str = '"""'
    usual_characters: int = 0
    longest_characters: int = 0
    rules: HouseRules = field(default_factory=HouseRules)
    is_settled: bool = True
    fillers: tuple[str, ...] = ()
    widths: Mapping[str, int] = field(default_factory=dict)

    def width(self, language: str) -> int:
        """The longest line: the project's setting, or the usual length if its own documentation is no wider."""
        return self.rules.chosen_width(language) or max(self.rules.width(language), self.widths.get(_family(language), 0))

    def is_inline(self, language: str) -> bool:
        """True if one line of documentation shares its line with its marks."""
        return _family(language) not in self.broken

    def describes_parameters(self, kind: str) -> bool:
        """True if definitions of this kind have sections for parameters; assumed if little is known."""
        return self.sections.get(kind, 1.0) >= _RARE

    def documents(self, kind: str) -> bool:
        """True if definitions of this kind are documented at all: many projects describe ``__init__`` in the class."""
        return kind != "init" or self.documented.get("init", 1.0) >= _RARE or self.documented.get("class", 0.0) < _RARE

    def to_json(self) -> dict[str, object]:
        """As plain values for the journal."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> Profile:
        """From the result of ``to_json``. Raises: DamagedError."""
        given = {**asdict(cls()), **fields_of(value)}
        return cls(
            style=one_of(given["style"], ("google", "numpy", "sphinx")),
            examples={name: tuple(map(_kept_example, rows_of(rows))) for name, rows in fields_of(given["examples"]).items()},
            sections=shares_of(given["sections"]),
            documented=shares_of(given["documented"]),
            begins_on_second_line=flag_of(given["begins_on_second_line"]),
            closes_on_last_line=flag_of(given["closes_on_last_line"]),
            broken=texts_of(given["broken"]),
            quotes=text_of(given["quotes"]),
            usual_characters=count_of(given["usual_characters"]),
            longest_characters=count_of(given["longest_characters"]),
            rules=HouseRules.from_json(given["rules"]),
            is_settled=flag_of(given["is_settled"]),
            fillers=texts_of(given["fillers"]),
            widths=counts_of(given["widths"]),
        )


def _kept_example(value: object) -> Example:
    fields = fields_of(value)
    return Example(text_of(fields.get("kind")), text_of(fields.get("text")))


def kind_of(definition: Documentable) -> str:
    """function, method, property, init or class."""
    if not definition.is_callable:
        return "class"
    if definition.name in ("__init__", "constructor"):
        return "init"
    if any("property" in one for one in definition.decorators):
        return "property"
    return "method" if definition.outer in ("class", "type") or definition.kind == "method" else "function"


def read_profile(paths: Iterable[Path], style: str = "project", root: Path | None = None) -> Profile:
    """Read ``paths`` (a sample of them) and the configuration in ``root``. A ``style`` that is given is taken as it is."""
    rules = read_house_rules(root) if root is not None else HouseRules()
    every = list(paths)
    step = max(1, -(-len(every) // LOOKED_AT))
    census = _Census()
    for path in every[::step]:
        try:
            source = read_source(path)
        except FileLeftAlone:
            continue
        tree = SyntaxTree.parse(source.language, source.text)
        if tree is not None:
            for definition in read_definitions(tree):
                census.take(source.text, source.language, definition)
    return census.profile(style, rules)


class _Census:
    """Counts over the definitions of a project."""

    def __init__(self) -> None:
        self._styles: Counter[Style] = Counter()
        self._all: Counter[str] = Counter()
        self._documented: Counter[str] = Counter()
        self._described: Counter[str] = Counter()
        self._with_parameters: Counter[str] = Counter()
        self._second_line: Counter[bool] = Counter()
        self._last_line: Counter[bool] = Counter()
        self._broken: Counter[tuple[str, bool]] = Counter()
        self._quotes: Counter[str] = Counter()
        self._alone: Counter[str] = Counter()
        self._widths: dict[str, list[int]] = {}
        self._lengths: list[int] = []
        self._examples: dict[str, list[tuple[tuple[int, int], Example, Style | None]]] = {}

    def take(self, text: str, language: str, definition: Documentable) -> None:
        """Count one definition. Only Python's count for the shares by kind: other languages have no choice of style."""
        kind = kind_of(definition)
        python = language == "python"
        if (python and not definition.name.startswith("_")) or kind == "init":
            self._all[kind] += 1
        if definition.docstring is None:
            return
        raw = text[slice(*definition.docstring)]
        lines = (
            None if raw.startswith("#[") else read_body(_inside(raw, language), language)
        )  # an attribute of Rust's shows no style
        if lines is None:
            return
        self._lengths.append(len(raw))
        if len(lines) > 1:
            widest = max(len(line.rstrip()) for line in raw.split("\n")[1:])
            self._widths.setdefault(_family(language), []).append(widest)
        own = style_of(lines)
        if python:
            if not definition.name.startswith("_") or kind == "init":
                self._documented[kind] += 1
            if definition.parameters:
                self._with_parameters[kind] += 1
                self._described[kind] += any(one.kind == "parameters" for one in sections_of(lines))
            if own is not None:
                self._styles[own] += 1
            self._places(raw)
            rest = text[definition.docstring[1] : definition.end].strip()
            if rest in ("", "pass", "..."):
                self._alone[rest] += 1
        self._broken[_family(language), "\n" in raw.strip() and comment_kind(language) != "slashes"] += len(lines) == 1
        if (example := _example(text, definition)) is not None:
            rank = (-min(len(definition.parameters), 2) - (own is not None), abs(len(example) - 350))
            self._examples.setdefault(language, []).append((rank, Example(kind, example), own))

    def _places(self, raw: str) -> None:
        body = raw.lstrip("rRuUbB")
        mark = body[:3] if body[:3] in ('"""', "'''") else body[:1]
        if len(mark) == 3:
            self._quotes[mark] += 1
        if "\n" in body:
            self._second_line[not body[len(mark) :].split("\n")[0].strip()] += 1
            self._last_line[bool(body.removesuffix(mark).split("\n")[-1].strip())] += 1

    def profile(self, wish: str, rules: HouseRules) -> Profile:
        """The style that the counts show."""
        most = max(self._styles, key=lambda name: self._styles[name], default=None)
        style = cast("Style", wish) if wish != "project" else most or _STYLES.get(rules.convention, "google")
        examples = {
            language: tuple(
                example for _, example, own in sorted(rows, key=lambda row: row[0]) if own in (None, style) or language != "python"
            )[:24]
            for language, rows in self._examples.items()
        }
        lengths = sorted(self._lengths)
        families = {family for family, _ in self._broken}
        return Profile(
            style,
            {language: found for language, found in examples.items() if found},
            {kind: self._described[kind] / count for kind, count in self._with_parameters.items() if count >= _FEW_WITH_PARAMETERS},
            {kind: self._documented[kind] / count for kind, count in self._all.items() if count >= _FEW},
            self._second_line[True] > self._second_line[False],
            self._last_line[True] > self._last_line[False],
            tuple(sorted(one for one in families if self._broken[one, True] > self._broken[one, False])),
            "'''" if self._quotes["'''"] > self._quotes['"""'] else '"""',
            lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0,
            lengths[-1] if lengths else 0,
            rules,
            is_settled=wish != "project"
            or (self._styles.total() >= _FEW_SECTIONS and self._styles[style] >= _SETTLED * self._styles.total()),
            widths={
                family: min(_WIDEST, sorted(found)[int(_ALMOST_ALL * (len(found) - 1))])
                for family, found in self._widths.items()
                if len(found) >= _FEW
            },
            fillers=tuple(word for word in ("pass", "...") if self._alone[word] > self._alone[""]),
        )


def _family(language: str) -> str:
    return "javascript" if language.startswith(("javascript", "typescript")) else language


def _inside(raw: str, language: str) -> str:
    """A documentation without its outer marks."""
    if language == "python":
        body = raw.lstrip("rRuUbB")
        mark = body[:3] if body[:3] in ('"""', "'''") else body[:1]
        return body.removeprefix(mark).removesuffix(mark)
    return raw.removeprefix("/**").removesuffix("*/") if raw.startswith("/**") else raw


def _example(text: str, definition: Documentable) -> str | None:
    """A documented definition as a short example; None if it is too long or has no room for documentation."""
    assert definition.docstring is not None
    if not definition.is_callable or definition.outer in ("function", "method"):
        return None
    start = min(definition.anchor, definition.docstring[0])
    line = text.rfind("\n", 0, start) + 1
    body = text[line : definition.end]
    documented = max(definition.docstring[1], definition.signature_end) - line
    if documented > _EXAMPLE_CHARACTERS or documented < 60:
        return None
    end = body.find("\n", min(len(body), documented + 160))
    return (body if end < 0 else body[:end]).replace("\r\n", "\n").replace("\r", "\n")
