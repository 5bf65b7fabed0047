"""codestral-ls: a language server that completes code with Codestral.

Where things are (see ARCHITECTURE.md for how they may touch):

    cli.py        the command line; commands/ has one module per subcommand, doctor/ what `doctor` finds out
    lsp/          the only place that speaks LSP; one method, one file; convert.py alone knows UTF-16
    completion/   one keystroke: pipeline, trigger, cache, debounce, inflight, filters/<one each>
    evaluation/   `codestral-ls eval`: holes in the user's own project, completed and scored
    generate/     headless batches: docstrings, tests, journal, edits, runners
    context/      what the model sees: window (prefix and suffix), budget, sources/<one each>, index
    backends/     who writes the text: host_client, mistral, openai_compatible, ollama, router, fake
    host/         the model host process: aiohttp routes, engine, slots, prompt; alone knows llama_cpp
    fence/        runs code that nobody has read, with limits and without rights
    documents/    text, snapshots, languages, syntax trees, scopes; alone knows tree_sitter
    embedded/     the small model that ships with the package
    config/       options, where they come from, which of them a project may set
    errors.py     the one error tree
    timing.py     clocks and stage times
"""

__version__ = "0.1.0"
