"""The routes, thin: ask, build what is shown, render."""
