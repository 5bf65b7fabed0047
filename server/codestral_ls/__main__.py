"""``python -m codestral_ls`` is the command ``codestral-ls``."""

import os
import sys

if not sys.flags.safe_path and sys.path[:1] == [os.getcwd()] and not __file__.startswith(os.path.join(os.getcwd(), "")):  # noqa: PTH109, PTH118
    del sys.path[0]  # the working folder: a project with a file like secrets.py would replace Python's own module

from codestral_ls.cli import main

if __name__ == "__main__":
    sys.exit(main())
