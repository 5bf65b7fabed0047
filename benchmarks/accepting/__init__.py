"""The parts of `benchmarks.soundness`: places as in typing, the embedded model's recorded answers, and error counts."""
