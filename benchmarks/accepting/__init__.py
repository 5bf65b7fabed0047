"""What `benchmarks.soundness` is made of: places as somebody types, the embedded model's recorded answers, and errors counted."""
