"""The embedded model is in the package, is small, and its header has what the host needs."""

import pytest

from codestral_ls.embedded import model_path

LIMIT = 25_000_000


def test_the_file_is_in_the_package_and_small() -> None:
    assert model_path().stat().st_size <= LIMIT


def test_the_header_says_what_the_host_needs() -> None:
    gguf = pytest.importorskip("gguf", reason="reads the header (extra [training])")
    fields = gguf.GGUFReader(model_path()).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    named = {
        "tokenizer.ggml.bos_token_id": "<s>",
        "tokenizer.ggml.eos_token_id": "</s>",
        "tokenizer.ggml.fim_pre_token_id": "[PREFIX]",
        "tokenizer.ggml.fim_suf_token_id": "[SUFFIX]",
        "tokenizer.ggml.fim_mid_token_id": "[MIDDLE]",
    }
    assert {key: tokens[fields[key].contents()] for key in named} == named
    assert fields["general.architecture"].contents() == "llama"
    assert fields["codestral_ls.fim_order"].contents() == "suffix_first"
    assert fields["tokenizer.ggml.add_bos_token"].contents() is False
