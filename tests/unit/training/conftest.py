"""`training` lies beside the package, not in it: put the repository's root where Python looks."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
