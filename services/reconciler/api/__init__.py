"""What the console and the command line ask the reconciler over HTTP, and tell it. `docs/api.md` shows every path."""

from reconciler.api.routes import Api

__all__ = ["Api"]
