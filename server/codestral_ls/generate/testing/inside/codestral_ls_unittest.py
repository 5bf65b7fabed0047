"""Runs or only loads unittest's tests and reports each verdict: ``python codestral_ls_unittest.py [--load] FOLDER PATTERN``."""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import unittest
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    Error = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

_out = os.open(os.environ.pop("CODESTRAL_LS_VERDICTS"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
_seconds = float(os.environ.pop("CODESTRAL_LS_TEST_SECONDS"))


def _say(**row: object) -> None:
    os.write(_out, (json.dumps(row) + "\n").encode())


def _name(test: unittest.TestCase) -> str:
    return str(getattr(test, "_testMethodName", test))


class Verdicts(unittest.TestResult):
    """Reports each test's verdict."""

    def startTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        """A test begins."""
        super().startTest(test)
        _say(what="begins", name=_name(test))
        faulthandler.dump_traceback_later(_seconds, exit=True)

    def stopTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        """It ended."""
        faulthandler.cancel_dump_traceback_later()
        super().stopTest(test)
        _say(what="ends", name=_name(test))

    def addSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        """It passed."""
        _say(what="verdict", name=_name(test), good=True, message="")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802
        """It was skipped."""
        _say(what="verdict", name=_name(test), good=False, message="skipped: " + reason)

    def addExpectedFailure(self, test: unittest.TestCase, err: Error) -> None:  # noqa: N802, ARG002
        """It failed, as expected."""
        _say(what="verdict", name=_name(test), good=False, message="it expects to fail")

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        """It passed, although a failure was expected."""
        _say(what="verdict", name=_name(test), good=False, message="it expects to fail")

    def addFailure(self, test: unittest.TestCase, err: Error) -> None:  # noqa: N802
        """It failed."""
        _say(what="verdict", name=_name(test), good=False, message=_last(err))

    def addError(self, test: unittest.TestCase, err: Error) -> None:  # noqa: N802
        """It raised."""
        _say(what="verdict", name=_name(test), good=False, message=_last(err))

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Error | None) -> None:  # noqa: N802
        """A subtest ended."""
        super().addSubTest(test, subtest, err)
        if err is not None:
            _say(what="verdict", name=_name(test), good=False, message=_last(err))


def _last(err: Error) -> str:
    words = type(err[1]).__name__ + ": " + str(err[1])
    return words.partition("\n")[0][:500]


def main() -> None:
    """Load the tests, and run them unless only loading was requested."""
    only_load = sys.argv[1] == "--load"
    folder, pattern = sys.argv[-2:]
    sys.path.insert(0, str(Path.cwd()))
    top = Path(folder)
    while (top / "__init__.py").exists():
        top = top.parent
    loader = unittest.defaultTestLoader
    suite = loader.discover(folder, pattern, str(top))
    for error in loader.errors:
        lines = [line for line in str(error).splitlines() if line.strip()]
        _say(what="broken", name=pattern, message=lines[-1] if lines else "")
    _say(what="collected", count=suite.countTestCases() - len(loader.errors))
    if not only_load:
        suite.run(Verdicts())
    _say(what="done")


if __name__ == "__main__":
    main()
