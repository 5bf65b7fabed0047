"""The APIs that the host speaks: which requests each accepts, and the form of its answers, events and errors. Pure, no HTTP."""
