"""``python -m codestral_ls.doctor.llama_probe``: load llama.cpp, print its abilities as one JSON object, and end.

Runs in a separate process, so that a library that crashes while loading ends nothing else.
"""

from __future__ import annotations

import json
import sys

from codestral_ls.errors import ModelError
from codestral_ls.host import llama


def main() -> int:
    """Print ``{"gpu_offload": bool, "system": text}`` or ``{"error": sentence}``."""
    try:
        api = llama.load()
        said = {
            "gpu_offload": bool(api.llama_supports_gpu_offload()),
            "system": (api.llama_print_system_info() or b"").decode("utf-8", errors="replace").strip(),
        }
    except ModelError as error:
        said = {"error": str(error)}
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
