"""``python -m codestral_ls.host.decode_speed``: write some tokens with the embedded model and print the speed as one JSON object.

Runs as a separate process, so that a crash in the library ends nothing else.
"""

from __future__ import annotations

import json
import sys
import time

from codestral_ls.config.host_address import EMBEDDED
from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import ModelError
from codestral_ls.host import llama
from codestral_ls.host.devices import devices
from codestral_ls.host.model_loading import open_model
from codestral_ls.host.model_session import TokenBatch

TOKENS = 64


def main() -> int:
    """Print ``{"tokens_per_second", "gpus", "gpu_used", "engine"}`` or ``{"error": sentence}``."""
    try:
        said = measure()
    except ModelError as error:
        said = {"error": str(error)}
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


def measure() -> dict[str, object]:
    """The embedded model's speed on the best device here. Raises: ModelError."""
    gpus = [device.name for device in devices() if device.kind == "gpu"]
    model = open_model(EMBEDDED, LocalOptions(context_tokens=512, slots=1, gpu_layers=-1 if gpus else 0), lambda _progress: None)
    try:
        batch, token = TokenBatch(1), next(number for number, piece in enumerate(model.vocabulary.pieces) if piece)
        began = 0.0
        for place in range(TOKENS + 8):
            if place == 8:  # the first tokens wake the threads
                began = time.perf_counter()
            batch.clear()
            batch.add([token], place, 0, 1)
            model.session.decode(batch)
        seconds = time.perf_counter() - began
    finally:
        model.close()
    used = bool(gpus) and bool(llama.load().llama_supports_gpu_offload())
    return {"tokens_per_second": round(TOKENS / seconds, 1), "gpus": gpus, "gpu_used": used, "engine": llama.llama_cpp()}


if __name__ == "__main__":
    sys.exit(main())
