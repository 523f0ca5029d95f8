"""The answer of a connection test, which both connectors give alike."""

from contracts.model import Model


class Step(Model):
    """One step of a connection test, what was found in words, and how it ended: passed, warning, failed or skipped."""

    step: str
    ok: bool
    words: str = ""
    state: str = ""


class Steps(Model):
    """A whole test."""

    steps: tuple[Step, ...]
