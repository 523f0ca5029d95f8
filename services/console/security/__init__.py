"""Who is asking, how often, and what a browser is told to refuse."""
