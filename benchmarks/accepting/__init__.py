"""The parts of `benchmarks.soundness`: cursors as in typing, the embedded model's recorded answers, and error counts."""
