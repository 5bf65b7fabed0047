"""codestral-ls: a language server that completes code with Codestral.

Where things are (ARCHITECTURE.md says which part may import which):

    cli.py        the command line; commands/ has one module per subcommand, doctor/ the checks of `doctor`
    lsp/          the only place that speaks LSP, a file for each group of methods; convert.py alone knows UTF-16
    completion/   one keystroke: pipeline, trigger, cache, debounce, inflight, filters/
    edits/        next edits: the last change repeated where it fits
    evaluation/   `codestral-ls eval`: holes in the user's own project, completed and scored
    generate/     headless batches: docstrings, tests, journal, edits, writers
    context/      what the model sees: window (prefix and suffix), budget, sources/, index
    backends/     who writes the text: host_client, mistral, openai_compatible, ollama, router, fake
    host/         the model host process: aiohttp routes, engine, slots, prompt; alone knows llama_cpp
    fence/        runs untrusted code, with limits and without rights
    fim/          how models were trained to fill in the middle
    documents/    text, snapshots, languages, syntax trees, scopes; alone knows tree_sitter
    embedded/     the small model that ships with the package
    config/       options, where they come from, which of them a project may set
    system/       processes, git, private files, bounded reading
    errors.py     all errors, in one tree
    timing.py     clocks and stage times
"""

__version__ = "0.1.0"
