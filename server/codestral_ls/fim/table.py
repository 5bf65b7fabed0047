"""The families, with the source of each row. The first row whose spellings a vocabulary has, and whose name fits, is chosen.

Spellings are shared between families (StarCoder's with Granite, Mellum and others; Qwen's with CodeGemma and Granite 4), so rows
that also require a name or an architecture come before the general row. That a vocabulary has the tokens does not
prove that the model was trained with them: general Qwen3 and every model with Mistral's Tekken vocabulary have them too. The
self-test (``self_test_holes.py``) decides about those.
"""

from __future__ import annotations

from codestral_ls.fim.family import FamilyFacts, FileFormat, KnownVocabulary

_QWEN_FILES = FileFormat("<|file_sep|>", repository="<|repo_name|>")
_QWEN_STOPS = ("<|endoftext|>", "<|file_sep|>", "<|repo_name|>", "<|im_end|>")
_V3 = KnownVocabulary(
    "v3",
    (1494, 4265, 781, 1575, 1776, 29491, 2199, 781),
    (("<s>", 1), ("[PREFIX]", 11), ("[MIDDLE]", 12), ("[SUFFIX]", 13)),
)
_TEKKEN = KnownVocabulary(
    "Tekken",
    (1917, 3122, 1010, 3004, 2585, 7837, 1010),
    (("<s>", 1), ("[PREFIX]", 14), ("[MIDDLE]", 15), ("[SUFFIX]", 16)),
)

TABLE: tuple[FamilyFacts, ...] = (
    FamilyFacts(
        "codestral", "[PREFIX]", "[SUFFIX]", "[MIDDLE]", "suffix_only_marked", "<s>",
        source="mistral_common 1.13.1, encode_fim with the v3 vocabulary (Codestral 22B) and with Tekken; several files as"
        " +++++ path, as Continue's template for Codestral writes them",
        checked="2026-11-26", evidence="encoder",
        addresses=("https://github.com/mistralai/mistral-common", "https://github.com/continuedev/continue"),
        files=FileFormat("+++++ ", control=False, place="in_prefix"), guarded=True,
        known=(_V3, _TEKKEN),
    ),
    FamilyFacts(
        "mellum", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "suffix_then_prefix", "",
        source="Mellum-4b-base's model card, as quoted by g0t4/ask-openai.nvim; arXiv 2510.05788 (S-P-M order). Mellum 2 (arXiv"
        " 2605.31268) shares the spellings, its order is published nowhere: the self-test decides",
        checked="2026-11-26", evidence="authors",
        addresses=("https://huggingface.co/JetBrains/Mellum-4b-base", "https://arxiv.org/abs/2510.05788"),
        files=FileFormat("<filename>"),
        stops=("<|endoftext|>", "<filename>"),
        named=("mellum",),
    ),
    FamilyFacts(
        "codegemma", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "prefix_first", "<bos>",
        source="Google's CodeGemma guide (three FIM tokens and <|file_separator|> for several files; how a path is written between"
        " files is not said, so none is sent)",
        checked="2026-11-26", evidence="authors",
        addresses=("https://ai.google.dev/gemma/docs/codegemma",),
        stops=("<|file_separator|>", "<eos>"), architectures=("gemma",),
    ),
    FamilyFacts(
        "qwen", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "prefix_first", "",
        source="Qwen2.5-Coder technical report (arXiv 2409.12186, 3.2) and the README's examples of FIM in a repository;"
        " Qwen3-Coder's README uses the same, Qwen3-Coder-Next by llama.vim issue 115. Granite 4 (model card: FIM, same"
        " spellings) and general Qwen3 and Qwen3.5 share the row; only the self-test can tell whether those can fill in",
        checked="2026-11-26", evidence="authors",
        addresses=(
            "https://arxiv.org/abs/2409.12186",
            "https://github.com/QwenLM/Qwen3-Coder",
            "https://github.com/ggml-org/llama.vim/issues/115",
        ),
        files=_QWEN_FILES, stops=_QWEN_STOPS,
    ),
    FamilyFacts(
        "starcoder2", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "prefix_first", "",
        source="StarCoder2 paper (arXiv 2402.19173, 5.1): <repo_name>r<file_sep>path0\\ncode0<file_sep><fim_prefix>path1\\n...",
        checked="2026-11-26", evidence="authors",
        addresses=("https://arxiv.org/abs/2402.19173",),
        files=FileFormat("<file_sep>", repository="<repo_name>", place="marker_then_path"),
        stops=("<|endoftext|>", "<file_sep>"), architectures=("starcoder2",),
    ),
    FamilyFacts(
        "starcoder", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "prefix_first", "",
        source="StarCoder paper (arXiv 2305.06161); Refact-1.6B's model card; Stable Code 3B's model card; Granite Code (arXiv"
        " 2405.04324) and Granite 3.3 (llama.cpp pull request 12988). One file only: the paper's <filename> heads whole"
        " documents, several in one prompt are not described",
        checked="2026-11-26", evidence="authors",
        addresses=(
            "https://arxiv.org/abs/2305.06161",
            "https://huggingface.co/smallcloudai/Refact-1_6B-fim",
            "https://huggingface.co/stabilityai/stable-code-3b",
            "https://arxiv.org/abs/2405.04324",
            "https://github.com/ggml-org/llama.cpp/pull/12988",
        ),
        stops=("<|endoftext|>", "<file_sep>", "<filename>"),
    ),
    FamilyFacts(
        "codellama", "▁<PRE>", "▁<SUF>", "▁<MID>", "suffix_first", "<s>",
        source="Code Llama paper (arXiv 2308.12950, 2.3); pieces are spelled with SentencePiece's sign for a space",
        checked="2026-11-26", evidence="authors",
        addresses=("https://arxiv.org/abs/2308.12950",),
        stops=("▁<EOT>",),
    ),
    FamilyFacts(
        "codellama", " <PRE>", " <SUF>", " <MID>", "suffix_first", "<s>",
        source="as above; how llama.cpp prints the pieces", checked="2026-11-26", evidence="authors",
        addresses=("https://arxiv.org/abs/2308.12950",), stops=(" <EOT>",),
    ),
    FamilyFacts(
        "deepseek", "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>", "prefix_first", "<｜begin▁of▁sentence｜>",
        source="DeepSeek-Coder's README (code insertion; several files are joined with # path above each); DeepSeek-Coder-V2 and V3"
        " keep the spellings; general models from V3 on were trained with FIM by arXiv 2412.19437, 4.1 (prefix first)",
        checked="2026-11-26", evidence="authors",
        addresses=("https://github.com/deepseek-ai/DeepSeek-Coder", "https://arxiv.org/abs/2412.19437"),
        files=FileFormat("#", control=False, place="in_prefix"),
        stops=("<｜end▁of▁sentence｜>",),
    ),
    FamilyFacts(
        "seed_coder", "<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>", "suffix_then_prefix", "",
        source="Seed-Coder-8B-Base's model card, example of FIM (<[fim-suffix]>s<[fim-prefix]>p<[fim-middle]>); Zeta 2"
        " and Lacuna, made from it, use the same order",
        checked="2026-11-26", evidence="authors",
        addresses=("https://huggingface.co/ByteDance-Seed/Seed-Coder-8B-Base", "https://arxiv.org/abs/2506.03524"),
        stops=("<[end▁of▁sentence]>",),
    ),
    FamilyFacts(
        "glm", "<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>", "prefix_first", "",
        source="llama.cpp and Zed write GLM-4.5 prefix first; CodeGeeX4, an older model with the same tokens, was used suffix first"
        " inside a chat by its authors' README: the self-test decides",
        checked="2026-11-26", evidence="others",
        addresses=(
            "https://github.com/ggml-org/llama.cpp",
            "https://github.com/zed-industries/zed",
            "https://github.com/THUDM/CodeGeeX4",
        ),
        stops=("<|endoftext|>", "<|user|>"),
    ),
    FamilyFacts(
        "falcon", "<|prefix|>", "<|suffix|>", "<|middle|>", "prefix_first", "",
        source="TII's article on Falcon-H1-Tiny, \"FIM format\" (PSM), and llama.cpp pull request 19249",
        checked="2026-11-26", evidence="authors",
        addresses=("https://tiiuae-tiny-h1-blogpost.hf.space/#fim-format", "https://github.com/ggml-org/llama.cpp/pull/19249"),
        stops=("<|end_of_text|>",),
    ),
    FamilyFacts(
        "santacoder", "<fim-prefix>", "<fim-suffix>", "<fim-middle>", "prefix_first", "",
        source="SantaCoder's model card and tokenizer_config.json (hyphens, where StarCoder has underscores)",
        checked="2026-11-26", evidence="authors",
        addresses=("https://huggingface.co/bigcode/santacoder",),
        stops=("<|endoftext|>",),
    ),
)  # fmt: skip


def row_named(name: str) -> FamilyFacts:
    """The first row of a family. Raises: KeyError for a name that is not a ``FamilyName``."""
    for row in TABLE:
        if row.name == name:
            return row
    raise KeyError(name)
