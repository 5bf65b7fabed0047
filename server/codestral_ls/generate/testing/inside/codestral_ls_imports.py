"""Imports each named module, one after the other, and reports failures: ``python codestral_ls_imports.py MODULE…``."""

from __future__ import annotations

import importlib
import json
import os
import sys

_out = os.open(os.environ.pop("CODESTRAL_LS_VERDICTS"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _say(**row: object) -> None:
    os.write(_out, (json.dumps(row) + "\n").encode())


def main() -> None:
    """Try them all."""
    for name in sys.argv[1:]:
        _say(what="begins", name=name)
        try:
            importlib.import_module(name)
        except BaseException as error:  # a module may raise anything when it is imported
            _say(what="verdict", name=name, good=False, message=(type(error).__name__ + ": " + str(error)).partition("\n")[0][:300])
        else:
            _say(what="verdict", name=name, good=True, message="")
        _say(what="ends", name=name)
    _say(what="done")


if __name__ == "__main__":
    main()
