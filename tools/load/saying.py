"""What is told while a run goes on."""

import sys


def say(words: str) -> None:
    """Write a line for whoever waits."""
    sys.stderr.write(f"{words}\n")
