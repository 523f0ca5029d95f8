"""The measures. Each is a module with one coroutine that gives rows."""
