"""``python -m codestral_ls`` is the command ``codestral-ls``."""

import sys

from codestral_ls.cli import main

if __name__ == "__main__":
    sys.exit(main())
