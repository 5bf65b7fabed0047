"""Models for tests: random weights, fakes of llama.cpp, a stand-in of the hub they are fetched from."""
