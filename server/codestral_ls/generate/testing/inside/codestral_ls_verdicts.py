"""A pytest plugin: reports each test's verdict as it ends, and ends the process if one test takes too long."""

from __future__ import annotations

import faulthandler
import json
import os
from collections.abc import Sized
from typing import Protocol

_out = os.open(os.environ.pop("CODESTRAL_LS_VERDICTS"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
_seconds = float(os.environ.pop("CODESTRAL_LS_TEST_SECONDS"))
_errors = os.fdopen(os.dup(2), "w")


class PytestReport(Protocol):
    """Pytest's report on a phase of a test, or on a file that it collected."""

    nodeid: str
    when: str
    outcome: str
    longrepr: object


def _say(**row: object) -> None:
    os.write(_out, (json.dumps(row) + "\n").encode())


def _name(nodeid: str) -> str:
    return nodeid.rsplit("::", maxsplit=1)[-1].partition("[")[0]


def pytest_runtest_logstart(nodeid: str) -> None:
    """A test begins: it now has so many seconds."""
    _say(what="begins", name=_name(nodeid))
    faulthandler.dump_traceback_later(_seconds, exit=True, file=_errors)


def pytest_runtest_logfinish(nodeid: str) -> None:
    """It ended."""
    faulthandler.cancel_dump_traceback_later()
    _say(what="ends", name=_name(nodeid))


def pytest_runtest_logreport(report: PytestReport) -> None:
    """One phase of a test ended."""
    if report.when == "call" or report.outcome != "passed":
        good = report.outcome == "passed" and not hasattr(report, "wasxfail")
        _say(what="verdict", name=_name(report.nodeid), good=good, message="" if good else _message(report))


def pytest_collectreport(report: PytestReport) -> None:
    """A file could not be collected."""
    if report.outcome == "failed":
        _say(what="broken", name=report.nodeid, message=_message(report))


def pytest_collection_modifyitems(items: Sized) -> None:
    """The collection is complete."""
    _say(what="collected", count=len(items))


def pytest_sessionfinish() -> None:
    """Every test has run."""
    _say(what="done")


def _message(report: PytestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return str(crash.message)[:500]
    lines = [line for line in str(report.longrepr).splitlines() if line.strip()]
    marked = [line[1:].strip() for line in lines if line.startswith("E  ")]
    return (marked or lines or [str(report.outcome)])[-1][:500]
