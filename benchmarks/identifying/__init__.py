"""The parts of `benchmarks.identity`: files of many languages, places in them, editors that close marks, and the verdict."""
