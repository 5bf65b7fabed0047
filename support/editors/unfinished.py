"""Code whose last line also occurs further up, so that it is completed whatever the embedded model has learned."""

TEXT = """import argparse


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", default="world")
    parser.add_argument("--count", type=int, default=1)
    return parser.parse_args()


def parse_words():
    parser = argparse.ArgumentParser()
    parser.add_argument("--word", action="append")
    parser.add_argument("--count", type=int, default=1)
    return"""
TYPED = " parse"
LAST_LINE = TEXT.rsplit("\n", 1)[1] + TYPED
