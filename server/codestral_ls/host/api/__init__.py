"""The APIs that the host speaks: what each accepts, and what its answers, events and errors look like. Pure, without HTTP."""
