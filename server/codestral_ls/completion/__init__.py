"""One keystroke: what is asked, awaited, filtered and shown; `pipeline` makes the calls."""
