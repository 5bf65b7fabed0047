"""Backends: models on this machine and on servers. `base` is the seam that all of them implement."""
