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
        unproved="the authors say nothing about several files; no weights with Tekken and FIM are public",
        checked="2026-11-27", evidence="encoder",
        addresses=("https://github.com/mistralai/mistral-common", "https://github.com/continuedev/continue"),
        files=FileFormat("+++++ ", control=False, place="in_prefix"), guarded=True,
        known=(_V3, _TEKKEN),
    ),
    FamilyFacts(
        "mellum", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "suffix_then_prefix", "",
        source="Mellum-4b-base's model card, quoted commit by commit in g0t4/ask-openai.nvim's tests; arXiv 2510.05788, on"
        " pre-training (S-P-M order). Mellum 2 (arXiv 2605.31268) shares the spellings",
        unproved="the order of Mellum 2 is published nowhere; one other program gives it Mellum's",
        checked="2026-11-27", evidence="authors",
        addresses=(
            "https://huggingface.co/JetBrains/Mellum-4b-base",
            "https://arxiv.org/abs/2510.05788",
            "https://github.com/g0t4/ask-openai.nvim",
        ),
        files=FileFormat("<filename>"),
        stops=("<|endoftext|>", "<filename>"),
        named=("mellum",),
    ),
    FamilyFacts(
        "codegemma", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "prefix_first", "<bos>",
        source="Google's CodeGemma guide, on its prompt's structure: three FIM tokens, and <|file_separator|> for several files",
        unproved="how a path is written between files is not said, so no other file is sent",
        checked="2026-11-27", evidence="authors",
        addresses=("https://ai.google.dev/gemma/docs/codegemma/prompt-structure",),
        stops=("<|file_separator|>", "<eos>"), architectures=("gemma",),
    ),
    FamilyFacts(
        "qwen", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "prefix_first", "",
        source="Qwen2.5-Coder technical report (arXiv 2409.12186, figure 4: FIM in a repository) and README; Qwen3-Coder's README"
        " has the same FIM prompt; Qwen3-Coder-Next by its users (llama.vim issue 115, vim-ollama issue 101), with pieces,"
        " merges and FIM ids equal to Qwen2.5's (npm's @cyberlangke/tokkit-qwen 1.11.0). Granite 4's README names FIM as a use",
        unproved="Qwen3-Coder's README puts the prompt into a chat, where it answers in Markdown (its issue 543): none is used"
        " here; Granite 4's order and tokens, and whether general Qwen3 and Qwen3.5 were trained to fill in",
        checked="2026-11-27", evidence="authors",
        addresses=(
            "https://arxiv.org/abs/2409.12186",
            "https://github.com/QwenLM/Qwen3-Coder",
            "https://github.com/QwenLM/Qwen3-Coder/issues/543",
            "https://github.com/ggml-org/llama.vim/issues/115",
            "https://github.com/gergap/vim-ollama/issues/101",
            "https://github.com/ibm-granite/granite-4.0-language-models",
        ),
        files=_QWEN_FILES, stops=_QWEN_STOPS,
    ),
    FamilyFacts(
        "starcoder2", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "prefix_first", "",
        source="StarCoder2 paper (arXiv 2402.19173, 5.1): <repo_name>r<file_sep>path0\\ncode0<file_sep><fim_prefix>path1\\n...",
        unproved="nothing of the order; that BOS is absent is the tokenizer's, which was not read",
        checked="2026-11-27", evidence="authors",
        addresses=("https://arxiv.org/abs/2402.19173",),
        files=FileFormat("<file_sep>", repository="<repo_name>", place="marker_then_path"),
        stops=("<|endoftext|>", "<file_sep>"), architectures=("starcoder2",),
    ),
    FamilyFacts(
        "starcoder", "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "prefix_first", "",
        source="tiny_starcoder_py's model card; CodeQwen1.5's README; Stable Code 3B's and"
        " Refact-1.6B's model cards, as their quantisers quote them; Granite 3.3 as IBM's own test of it in Continue writes it",
        unproved="the papers of StarCoder and Granite Code were not read; several files in one prompt are described nowhere, so"
        " none is sent",
        checked="2026-11-27", evidence="authors",
        addresses=(
            "https://huggingface.co/bigcode/tiny_starcoder_py/discussions/3/files",
            "https://arxiv.org/abs/2305.06161",
            "https://github.com/QwenLM/CodeQwen1.5",
            "https://huggingface.co/refactai/Refact-1_6B-fim",
            "https://huggingface.co/stabilityai/stable-code-3b",
            "https://github.com/IBM-OSS-Support/Continue.dev-Granite-manual-test-cases",
            "https://arxiv.org/abs/2405.04324",
            "https://github.com/ggml-org/llama.cpp/pull/12988",
        ),
        stops=("<|endoftext|>", "<file_sep>", "<filename>"),
    ),
    FamilyFacts(
        "codellama", "▁<PRE>", "▁<SUF>", "▁<MID>", "suffix_first", "<s>",
        source="Meta's page on Code Llama's prompts, which has both orders (this is its suffix-prefix-middle); pieces are spelled"
        " with SentencePiece's sign for a space",
        unproved="nothing of the order; the paper was not read again; by that page only the 7B and 13B base models fill in",
        checked="2026-11-27", evidence="authors",
        addresses=(
            "https://www.llama.com/docs/model-cards-and-prompt-formats/meta-code-llama/",
            "https://arxiv.org/abs/2308.12950",
        ),
        stops=("▁<EOT>",),
    ),
    FamilyFacts(
        "codellama", " <PRE>", " <SUF>", " <MID>", "suffix_first", "<s>",
        source="as above; how llama.cpp prints the pieces", unproved="as above", checked="2026-11-27", evidence="authors",
        addresses=("https://www.llama.com/docs/model-cards-and-prompt-formats/meta-code-llama/",), stops=(" <EOT>",),
    ),
    FamilyFacts(
        "deepseek", "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>", "prefix_first", "<｜begin▁of▁sentence｜>",
        source="DeepSeek-Coder's README (code insertion; several files are joined with #path above each); DeepSeek-Coder-V2's paper"
        " (arXiv 2406.11931, 3.1) and DeepSeek-V3's (arXiv 2412.19437, 4.1), both prefix first, as summaries quote them;"
        " DeepSeek-V3.2 has V3's pieces, merges and FIM ids (npm's @cyberlangke/tokkit-deepseek 1.11.0)",
        unproved="by V2's paper its large model (236B) was not trained to fill in, only the 16B was",
        checked="2026-11-27", evidence="authors",
        addresses=(
            "https://github.com/deepseek-ai/DeepSeek-Coder",
            "https://arxiv.org/abs/2406.11931",
            "https://arxiv.org/abs/2412.19437",
        ),
        files=FileFormat("#", control=False, place="in_prefix"),
        stops=("<｜end▁of▁sentence｜>",),
    ),
    FamilyFacts(
        "seed_coder", "<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>", "suffix_then_prefix", "",
        source="Seed-Coder's paper (arXiv 2506.03524), on pre-training: <[fim-suffix]>s<[fim-prefix]>p<[fim-middle]>; Zeta 2,"
        " made from it, has the same order",
        unproved="nothing of the order, though Continue's template writes prefix first; several files in one prompt are not"
        " described, so none is sent",
        checked="2026-11-27", evidence="authors",
        addresses=("https://arxiv.org/abs/2506.03524", "https://huggingface.co/ByteDance-Seed/Seed-Coder-8B-Base"),
        stops=("<[end▁of▁sentence]>",),
    ),
    FamilyFacts(
        "glm", "<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>", "prefix_first", "",
        source="llama.cpp knows the tokens as GLM-4.5's, and Zed writes them prefix first",
        unproved="the authors say nothing of the order; for CodeGeeX4, an older model of theirs with the same tokens, they write"
        " suffix first inside a chat",
        checked="2026-11-27", evidence="others",
        addresses=(
            "https://github.com/ggml-org/llama.cpp",
            "https://github.com/zed-industries/zed",
            "https://github.com/THUDM/CodeGeeX4",
        ),
        stops=("<|endoftext|>", "<|user|>"),
    ),
    FamilyFacts(
        "falcon", "<|prefix|>", "<|suffix|>", "<|middle|>", "prefix_first", "",
        source="TII's article on Falcon-H1-Tiny, \"FIM format\" (PSM), as two summaries quote it; llama.cpp pull request 19249,"
        " which names the same article",
        unproved="the article itself was not read",
        checked="2026-11-27", evidence="authors",
        addresses=("https://tiiuae-tiny-h1-blogpost.hf.space/#fim-format", "https://github.com/ggml-org/llama.cpp/pull/19249"),
        stops=("<|end_of_text|>",),
    ),
    FamilyFacts(
        "santacoder", "<fim-prefix>", "<fim-suffix>", "<fim-middle>", "prefix_first", "",
        source="gpt_bigcode-santacoder's special_tokens_map.json (hyphens, where StarCoder has underscores); the order as BigCode's"
        " own evaluation harness writes it",
        unproved="some programs put a line's end between suffix and middle token; that harness does not",
        checked="2026-11-27", evidence="authors",
        addresses=(
            "https://huggingface.co/bigcode/gpt_bigcode-santacoder",
            "https://github.com/bigcode-project/bigcode-evaluation-harness",
        ),
        stops=("<|endoftext|>",),
    ),
)  # fmt: skip


def row_named(name: str) -> FamilyFacts:
    """The first row of a family. Raises: KeyError for a name that is not a ``FamilyName``."""
    for row in TABLE:
        if row.name == name:
            return row
    raise KeyError(name)
