"""The cluster as an administrator sees it."""
