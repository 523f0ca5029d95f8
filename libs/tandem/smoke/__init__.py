"""The smoke run: stories that people act out on both sides, and what must come of them."""
