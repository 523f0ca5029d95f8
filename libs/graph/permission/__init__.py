"""By whose permission Graph is asked: sign-in, grants, tokens."""
