"""The model host: a process of its own that owns llama.cpp and speaks Mistral's FIM API.

Where things are:

    app.py           routes only: HTTP in, pieces out
    lifecycle.py     command line, lock, socket, idle exit: the life of the process
    wire.py          request and answer bodies of the API, strictly checked
    prompt.py        FIM request → token ids; families.py the table of model families; trim.py what does not fit
    keeper.py        loads the model, unloads it, hands requests to the engine; metrics.py counts
    gguf_file.py     checks a model file before llama.cpp sees it
    model.py         opens a model; fit.py how much of it goes where; devices.py what there is
    llama.py         imports llama.cpp; llama_session.py evaluates tokens with it; llama_vocabulary.py its pieces
    threads.py       how many threads evaluate; cores.py and other_work.py say of the machine what that depends on;
                     thread_pool.py has llama.cpp's own threads sleep; attention.py measures flash attention
    session.py       the seam between the engine and llama.cpp
    engine.py        the decode loop in its thread; scheduler.py who is next; run.py one answer
    slots.py         which slot of the KV cache; slot_table.py the books of it; kv_state.py keeps it over a rest
    healing.py       takes back a half typed piece; tokens.py the vocabulary as a flat trie;
                     segments.py encodes the end of a text that grows
    sampling.py drafting.py transcript.py    next token; guessed tokens; bytes to text and stop strings
    draft_model.py   a small model that guesses where the prompt has nothing to copy

llama_cpp is imported in llama.py alone.
"""
