"""Dead letters: written where no retry can help, and read again."""
