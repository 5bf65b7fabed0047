"""Every option: one frozen dataclass per section, the default on the line and its meaning under it.

``configs/default.toml``, the option table of ``docs/configuration.md`` and the VS Code settings schema are generated from this file
(``python -m codestral_ls.config.render``); a test fails when they are stale. ``load.py`` decides where values come from,
``trust.py`` which of them a project may set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from codestral_ls.fim.family import StyleName

KvType = Literal["auto", "f16", "q8_0", "q4_0"]
OnOffAuto = Literal["auto", "on", "off"]
BackendName = Literal["local", "codestral", "mistral", "fim_server", "openai", "llama_server", "ollama", "fake", "none"]


@dataclass(frozen=True, slots=True)
class BackendOptions:
    """Which backend writes the text."""

    primary: BackendName = "local"
    """Backend that is asked first; "mistral" is the general API with its own key, "none" switches completion off."""
    fallbacks: tuple[BackendName, ...] = ()
    """Backends that are asked, in this order, while the earlier ones cannot answer."""
    hedge_after_ms: int = 0
    """Milliseconds without text from the first backend after which the next one is asked too; 0 never does."""


@dataclass(frozen=True, slots=True)
class LocalOptions:
    """The model host on this machine (llama.cpp)."""

    model: str = "embedded"
    """"embedded", a name that `codestral-ls models list` shows, or the path of a GGUF file with FIM tokens."""
    draft_model: str = ""
    """A small model with the same vocabulary, named like `model`. It guesses tokens that the model only has to check: the text is
    the same and comes sooner. Empty loads none."""
    gpu_layers: int = -1
    """Layers kept on the GPU; -1 takes as many as fit, 0 uses only the CPU."""
    context_tokens: int = 0
    """Context of one slot in tokens; 0 chooses from the model and the free memory (at most 8192)."""
    slots: int = 4
    """Places (files, windows) whose evaluated prompts are kept in memory at the same time."""
    threads: int = 0
    """CPU threads for llama.cpp; 0 measures how many are fastest, and takes fewer while other programs want the cores."""
    batch_tokens: int = 0
    """Tokens evaluated between two checks for cancellation; 0 chooses by device."""
    flash_attention: OnOffAuto = "auto"
    """Flash attention: on, off, or whichever is measured to be faster (llama.cpp's own choice on a GPU)."""
    kv_type: KvType = "auto"
    """Precision of the KV cache; the smaller ones need flash attention. "auto" takes f16, or keys of q8_0 if that is faster."""
    self_test: Literal["on", "off"] = "on"
    """Whether to refuse a model that does not fill in the middle. A model is tested with a few holes when it is first loaded."""
    idle_unload_seconds: int = 900
    """The model is unloaded after this many seconds without a request; 0 keeps it."""
    idle_exit_seconds: int = 1800
    """The host process ends after this many seconds without a request; 0 keeps it, and a host with `--listen` always stays."""
    start_timeout_seconds: float = 120.0
    """How long a starting host may take to load its model before it is considered broken, and how long a request to a host with
    `--listen` waits for it."""


@dataclass(frozen=True, slots=True)
class CodestralOptions:
    """Mistral's API through its SDK. The key comes from CODESTRAL_API_KEY, `key_command` or the system keyring."""

    server_url: str = "https://codestral.mistral.ai"
    """Address of the Codestral API; its key differs from the general API's."""
    model: str = "codestral-latest"
    """Model name sent to the API."""
    key_command: str = ""
    """Command that prints the API key, such as `pass show codestral`."""
    timeout_seconds: float = 10.0
    """Longest time one answer may take."""


@dataclass(frozen=True, slots=True)
class MistralOptions:
    """Mistral's general API through its SDK; its key is MISTRAL_API_KEY, `key_command`'s or the system keyring's."""

    region: Literal["global", "eu", "us"] = "global"
    """Where requests are answered."""
    server_url: str = ""
    """Address to use instead of the region's, such as a company's gateway."""
    model: str = "codestral-latest"
    """Model name sent to the API."""
    key_command: str = ""
    """Command that prints the API key."""
    timeout_seconds: float = 10.0
    """Longest time one answer may take."""


@dataclass(frozen=True, slots=True)
class FimServerOptions:
    """A server that speaks Mistral's FIM API, such as another machine's `codestral-ls host --listen`."""

    address: str = "http://127.0.0.1:8012"
    """Its address: http://, https:// or unix:///path/of/socket."""
    model: str = "codestral"
    """Model name sent to it."""
    key_command: str = ""
    """Command that prints its key; without one CODESTRAL_FIM_SERVER_KEY and the keyring are tried."""
    context_tokens: int = 8192
    """Room for prompt and answer together."""
    timeout_seconds: float = 10.0
    """Longest time one answer may take."""


@dataclass(frozen=True, slots=True)
class OpenAiOptions:
    """A server with OpenAI's /v1/completions: vLLM, LM Studio, TGI, a self-hosted gateway."""

    address: str = "http://127.0.0.1:8000"
    """Its address, without /v1: http://, https:// or unix:///path/of/socket."""
    model: str = ""
    """Model name; empty takes the first that the server lists."""
    style: StyleName = "auto"
    """How the model was trained to fill in the middle; "auto" reads it from the server, and its context."""
    prompt: Literal["auto", "token_ids", "text", "suffix"] = "auto"
    """How the prompt is sent: "auto" sends token ids if the server can tokenize; "suffix" is OpenAI's own field."""
    key_command: str = ""
    """Command that prints its key; without one CODESTRAL_OPENAI_KEY and the keyring are tried."""
    context_tokens: int = 8192
    """Room for prompt and answer together."""
    logprobs: bool = True
    """Request the tokens' probabilities, which are used to hold back uncertain completions."""
    timeout_seconds: float = 10.0
    """Longest time one answer may take."""


@dataclass(frozen=True, slots=True)
class LlamaServerOptions:
    """llama.cpp's llama-server, through its own /completion."""

    address: str = "auto"
    """Its address: http://, https:// or unix:///path/of/socket; "auto" looks at ports 9931 and 8080 of this machine."""
    style: StyleName = "auto"
    """How the model was trained to fill in the middle; "auto" reads it from the server, and its context."""
    key_command: str = ""
    """Command that prints its key; without one CODESTRAL_LLAMA_SERVER_KEY and the keyring are tried."""
    context_tokens: int = 8192
    """Room for prompt and answer together: the server's context divided by its slots."""
    logprobs: bool = True
    """Request the tokens' probabilities, which are used to hold back uncertain completions."""
    timeout_seconds: float = 10.0
    """Longest time one answer may take."""


@dataclass(frozen=True, slots=True)
class OllamaOptions:
    """Ollama, through /api/generate with a suffix."""

    address: str = "http://127.0.0.1:11434"
    """Its address."""
    model: str = "codestral"
    """Model name as `ollama list` shows it; it must be able to insert."""
    style: StyleName = "auto"
    """How the model was trained; "auto" reads it from the model's template and metadata. Only other files' text depends on it."""
    keep_alive: str = "30m"
    """How long Ollama keeps the model loaded after a request."""
    context_tokens: int = 4096
    """Context size that Ollama is asked to give the model."""
    timeout_seconds: float = 10.0
    """Longest time one answer may take."""


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How servers are reached. Addresses of this machine are always reached directly."""

    proxy: str = "auto"
    """"auto" follows HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY; "off" uses no proxy; or the address of one."""
    ca_file: str = ""
    """PEM file of certificate authorities to trust in addition to the system's; SSL_CERT_FILE replaces the system's."""
    allow_plain_http: bool = False
    """Send a key to another machine over http://, although anybody on the way can read it, and the code with it."""
    connect_seconds: float = 3.0
    """Longest time a connection may take to open."""
    keep_warm_minutes: int = 10
    """A connection to a remote server is kept open this long after its last use."""


@dataclass(frozen=True, slots=True)
class LimitsOptions:
    """Limits for a remote backend, kept before the server has to refuse."""

    requests_per_second: float = 5.0
    """Requests started per second; 0 sets no limit."""
    tokens_per_minute: int = 0
    """Tokens sent and received per minute; 0 sets no limit."""
    daily_budget: float = 0.0
    """Cost of a day, in the prices' currency, at which remote backends pause until midnight UTC; 0 sets no limit."""


@dataclass(frozen=True, slots=True)
class PricesOptions:
    """What remote tokens cost. Providers change prices: compare the date."""

    as_of: str = "2026-09-04"
    """Day of these prices."""
    currency: str = "USD"
    """Their currency."""
    models: tuple[str, ...] = ("codestral 0.30 0.90 0.03",)
    """Rows: the start of a model's name, then the price of a million tokens sent, received, and found in the cache."""


@dataclass(frozen=True, slots=True)
class FakeOptions:
    """A backend without a model that writes known text at a known speed, for demonstrations and benchmarks."""

    text: str = ""
    """The text it always writes, if no `truth` file is given."""
    truth: str = ""
    """File whose text it continues wherever the text before the cursor is found in it."""
    prefill_rate: float = 0.0
    """Prompt tokens evaluated per second; 0 is instantaneous."""
    decode_rate: float = 0.0
    """Tokens written per second; 0 is instantaneous."""
    first_delay_ms: int = 0
    """Time before the first token that does not depend on the prompt, such as a network's."""
    slots: int = 4
    """Places whose evaluated prompts are remembered."""


@dataclass(frozen=True, slots=True)
class CompletionOptions:
    """When and how much is completed."""

    enabled: bool = True
    """Complete while typing."""
    disabled_languages: tuple[str, ...] = ()
    """LSP language ids that are never completed, such as "markdown"."""
    disabled_globs: tuple[str, ...] = ()
    """Patterns (as in .gitignore, relative to the workspace's folder) of files and folders that are never completed."""
    disabled_in: tuple[Literal["comments", "strings", "prose"], ...] = ()
    """Places that are completed only when you ask: comments, strings, prose (Markdown outside its code blocks)."""
    commit_messages: bool = False
    """Complete in commit messages, tag messages and lists of commits to rebase."""
    trigger: Literal["automatic", "subtle", "manual"] = "automatic"
    """When completions come: while typing; generated while typing but shown only when you ask; or only when you ask."""
    show_after_ms: int = 0
    """Without being asked, nothing is shown before the keyboard has rested this long."""
    on_battery: Literal["less", "same"] = "less"
    """On battery, "less" generates nothing ahead: neither `prefetch` nor `prewarm` work."""
    show: Literal["eager", "balanced", "quiet"] = "balanced"
    """How likely a completion must be right to be shown without being asked."""
    max_lines: int = 12
    """Longest completion in lines; 1 never completes more than the rest of the line."""
    max_tokens: int = 128
    """Longest completion in tokens."""
    budget_ms: int = 95
    """When this time has passed since the keystroke, a first line that is complete is shown and the rest follows later."""
    deadline_ms: int = 4000
    """A completion that has not arrived after this time is given up."""
    debounce_ms: int = -1
    """Pause before the model is asked; -1 asks a local model at once, and a remote server by your rhythm."""
    alternatives: int = 3
    """Different completions offered when you ask explicitly."""
    prefetch: bool = True
    """Generate the continuation of a shown completion before it is accepted."""
    prewarm: bool = True
    """Evaluate the prompt when the cursor rests or a file opens, before anything is typed."""
    copy: bool = True
    """Answer at once with text copied from your own files if that is usually right."""
    cache_bytes: int = 4_000_000
    """Memory for remembered completions."""
    max_file_bytes: int = 20_000_000
    """Larger files are not completed."""
    max_tree_bytes: int = 2_000_000
    """Larger files are completed without a syntax tree."""


@dataclass(frozen=True, slots=True)
class EditsOptions:
    """Next edits: the change after this one, wherever it is needed."""

    enabled: bool = True
    """Propose next edits to an editor that asks for them."""
    show: Literal["balanced", "quiet"] = "balanced"
    """How likely a next edit must be right to be proposed."""
    model: Literal["auto", "none", "sweep", "zeta2", "zeta2.1", "fim"] = "auto"
    """The prompt for a model's next edits, where repeating an edit finds none: `auto` asks only a model with a next-edit model's
    name, `fim` any completion model, `none` no model. Needs `edits.show = "balanced"`."""


@dataclass(frozen=True, slots=True)
class ContextOptions:
    """What the model sees."""

    prefix_tokens: int = 0
    """Tokens of text before the cursor; 0 chooses by model and speed (1536 at most)."""
    suffix_tokens: int = 0
    """Tokens of text after the cursor; 0 chooses by model and speed (512 at most)."""
    project_tokens: int = 0
    """Tokens from other files of the project; 0 chooses by model and speed. -1 disables text from other files; copied suggestions
    then use open files only."""
    window_prefill_ms: int = 1000
    """With a local model, the text around the cursor may cost at most this many milliseconds of evaluation; a slow model gets less
    of it, but at least 256 tokens."""
    project_prefill_ms: int = 150
    """With a local model, other files may cost at most this many milliseconds of evaluation."""
    gather_ms: int = 15
    """Time for collecting context on a keystroke; parts that are late are left out."""
    index: bool = True
    """Keep an index of the workspace's definitions and imports in the cache folder."""


@dataclass(frozen=True, slots=True)
class PrivacyOptions:
    """What is never sent."""

    mask_secrets: bool = True
    """Replace most keys, tokens and passwords before a request to any server but our own; they are restored in the answer."""
    ignore: tuple[str, ...] = ()
    """More patterns (as in .gitignore) of files that never enter a prompt."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """The language server itself."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least serious message that is written to the log."""
    log_file: str = ""
    """File for the log, which is kept below 2 MB with one older part; empty writes to standard error."""


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """Headless batches: `codestral-ls generate`."""

    style: Literal["project", "google", "numpy", "sphinx"] = "project"
    """Style of Python docstrings; "project" follows the project's own style, or Google's if it has none."""
    concurrency: int = 0
    """Requests that run at once; 0 takes twice the local model's slots, 16 for a remote backend."""
    prompt_tokens: int = 0
    """Tokens of code sent for one definition; 0 chooses by model (at most 2048)."""
    max_tokens: int = 320
    """Room for documentation in tokens (more if the project's own is longer); a test has three times as many."""
    timeout_seconds: float = 120.0
    """Longest time one text may take."""
    exclude: tuple[str, ...] = ()
    """Files that batches never touch, as in .gitignore."""
    test_seconds: float = 10.0
    """Longest time one generated test may take."""
    test_megabytes: int = 2048
    """Most memory that all processes of a run of generated tests may use together."""


@dataclass(frozen=True, slots=True)
class Options:
    """All sections together."""

    backend: BackendOptions = field(default_factory=BackendOptions)
    local: LocalOptions = field(default_factory=LocalOptions)
    codestral: CodestralOptions = field(default_factory=CodestralOptions)
    mistral: MistralOptions = field(default_factory=MistralOptions)
    fim_server: FimServerOptions = field(default_factory=FimServerOptions)
    openai: OpenAiOptions = field(default_factory=OpenAiOptions)
    llama_server: LlamaServerOptions = field(default_factory=LlamaServerOptions)
    ollama: OllamaOptions = field(default_factory=OllamaOptions)
    fake: FakeOptions = field(default_factory=FakeOptions)
    network: NetworkOptions = field(default_factory=NetworkOptions)
    limits: LimitsOptions = field(default_factory=LimitsOptions)
    prices: PricesOptions = field(default_factory=PricesOptions)
    completion: CompletionOptions = field(default_factory=CompletionOptions)
    edits: EditsOptions = field(default_factory=EditsOptions)
    context: ContextOptions = field(default_factory=ContextOptions)
    privacy: PrivacyOptions = field(default_factory=PrivacyOptions)
    generate: GenerateOptions = field(default_factory=GenerateOptions)
    server: ServerOptions = field(default_factory=ServerOptions)
