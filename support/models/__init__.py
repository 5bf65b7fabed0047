"""Models for tests: random weights, fakes of llama.cpp, and a stand-in of the hub that models are fetched from."""
