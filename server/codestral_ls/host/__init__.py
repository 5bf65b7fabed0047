"""The model host: a process of its own that owns llama.cpp and speaks Mistral's FIM API.

Where things are:

    app.py               the routes: HTTP in, pieces out
    process_life.py      command line, lock, socket, idle exit
    wire.py              request and answer bodies of the API, strictly checked
    prompt_tokens.py     FIM request → token ids; families.py knows each model family; trim.py shortens what does not fit
    model_supervisor.py  loads the model, unloads it, hands requests to the engine; metrics.py counts
    gguf_file.py         checks a model file before llama.cpp sees it
    model_loading.py     opens a model; memory_fit.py decides how much of it goes where; devices.py lists the devices
    llama.py             imports llama.cpp; llama_session.py evaluates tokens with it; llama_vocabulary.py reads its pieces
    threads.py           how many threads evaluate; cores.py and other_work.py look at the processor and its load;
                         thread_pool.py makes llama.cpp's own threads sleep; attention.py measures flash attention
    model_session.py     the seam between the engine and llama.cpp
    engine.py            the decode loop in its thread; scheduler.py chooses who is next; answer_run.py is one answer
    slots.py             chooses a slot of the KV cache; slot_table.py keeps the records; kv_state.py saves slots to disk
    healing.py           takes back a half-typed piece; tokens.py is the vocabulary as a flat trie;
                         segments.py encodes the end of a text that grows
    sampling.py          chooses the next token; drafting.py guesses tokens; transcript.py turns bytes into text
    draft_model.py       a small model that guesses where the prompt has nothing to copy

llama_cpp is imported in llama.py alone.
"""
