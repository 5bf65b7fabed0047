"""What `benchmarks.identity` is made of: files of many languages, places in them, editors that close marks, and the verdict."""
