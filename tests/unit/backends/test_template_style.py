"""The family of a model in Ollama comes from its template and metadata, then from its name. The templates are Ollama's own."""

from __future__ import annotations

import pytest

from codestral_ls.backends.served_style import style_in_template

CODESTRAL = "{{- if and .Suffix .Prompt }}[SUFFIX]{{ .Suffix }}[PREFIX]{{ .Prompt }}{{- else if .Messages }}x{{- end }}"
QWEN = "{{- if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{- else }}{{ .Prompt }}{{- end }}"
STARCODER = "{{- if .Suffix }}<fim_prefix>{{ .Prompt }}<fim_suffix>{{ .Suffix }}<fim_middle>{{- else }}{{ .Prompt }}{{- end }}"
MELLUM = "{{- if .Suffix }}<fim_suffix>{{ .Suffix }}<fim_prefix>{{ .Prompt }}<fim_middle>{{- end }}"
CODE_LLAMA = "{{- if .Suffix }}<PRE> {{ .Prompt }} <SUF>{{ .Suffix }} <MID>{{- else }}{{ .Prompt }}{{- end }}"
DEEPSEEK = "{{- if .Suffix }}<｜fim▁begin｜>{{ .Prompt }}<｜fim▁hole｜>{{ .Suffix }}<｜fim▁end｜>{{- end }}"
CHAT = "<|im_start|>user {{ .Prompt }}<|im_end|>"


@pytest.mark.parametrize(
    ("template", "architecture", "names", "expected"),
    [
        (CODESTRAL, "llama", ("my-model",), "codestral"),
        (QWEN, "qwen2", ("Qwen2.5-Coder", "work"), "qwen"),
        (QWEN, "qwen2", ("work",), "qwen"),
        (QWEN, "gemma", ("work",), "codegemma"),
        (QWEN, "gemma", ("qwen2.5-coder",), "codegemma"),
        (QWEN, "", ("codegemma:2b-code",), "codegemma"),
        (STARCODER, "starcoder2", ("x",), "starcoder2"),
        (STARCODER, "llama", ("granite-code:3b",), "starcoder"),
        (STARCODER, "llama", ("x",), "starcoder"),
        (MELLUM, "llama", ("x",), "mellum"),
        (CODE_LLAMA, "llama", ("x",), "codellama"),
        (DEEPSEEK, "deepseek2", ("codestral",), "deepseek"),
        (CHAT, "llama", ("codestral",), None),
        ("", "", (), None),
        ("<fim_prefix>" * 10_000_000, "\0", ("x" * 1000,), None),
    ],
)
def test_styles(template: str, architecture: str, names: tuple[str, ...], expected: str | None) -> None:
    assert style_in_template(template, architecture, names) == expected
