"""The family that a model's name suggests: right for the models of the table, and none where it would be a wrong one."""

from __future__ import annotations

import pytest

from codestral_ls.fim.naming import family_of_name


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("codestral:22b", "codestral"),
        ("mistralai/Codestral-22B-v0.1", "codestral"),
        ("mamba-codestral-7b", "codestral"),
        ("codestral-mamba", None),
        ("JetBrains/Mellum-4b-base", "mellum"),
        ("google/codegemma-2b", "codegemma"),
        ("Qwen/Qwen2.5-Coder-1.5B", "qwen"),
        ("qwen3-coder:30b", "qwen"),
        ("Qwen3-Coder-Next", "qwen"),
        ("Qwen/CodeQwen1.5-7B", "starcoder"),
        ("ibm-granite/granite-4.0-h-tiny", "qwen"),
        ("granite3.3:8b", "starcoder"),
        ("bigcode/starcoder2-3b", "starcoder2"),
        ("refact-1.6b", "starcoder"),
        ("stable-code:3b", "starcoder"),
        ("bigcode/santacoder", "santacoder"),
        ("codellama:7b-code", "codellama"),
        ("deepseek-coder-v2:16b", "deepseek"),
        ("ByteDance-Seed/Seed-Coder-8B-Base", "seed_coder"),
        ("zai-org/GLM-4.5-Air", "glm"),
        ("codegeex4-all-9b", None),
        ("tiiuae/Falcon-H1-Tiny-Coder-90M", "falcon"),
        ("Qwen/Qwen3-8B", None),
        ("llama3.1:8b", None),
    ],
)
def test_a_name_suggests_a_family_or_none(name: str, family: str | None) -> None:
    assert family_of_name(name) == family
