"""What a page shows, as plain values: pure, so that every word and number can be tested without a server."""
