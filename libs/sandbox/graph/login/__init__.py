"""The Microsoft identity platform as far as calendar sync meets it."""
