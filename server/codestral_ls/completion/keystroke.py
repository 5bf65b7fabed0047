"""One request for a completion on its way through the pipeline."""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.completion.answer import Ask
from codestral_ls.completion.place import Place, place_at
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.timing import Stages


@dataclass(frozen=True, slots=True)
class Keystroke:
    """A document, how a completion in it was requested, and how long the answer may take.

    ``budget`` and ``deadline`` are times on the pipeline's clock: after the first, a complete first line is enough; after the
    second, nothing is waited for. ``stages`` collects the time spent per stage.
    """

    snapshot: Snapshot
    ask: Ask
    budget: float
    deadline: float
    stages: Stages

    @property
    def place(self) -> Place:
        """The text around the cursor, by which answers are found."""
        return place_at(self.snapshot.uri, self.snapshot.text, self.snapshot.offset)

    @property
    def early(self) -> float:
        """When a first line is enough. Several alternatives are only useful as a whole, so for them it is the deadline."""
        return self.deadline if self.ask.count > 1 else self.budget
