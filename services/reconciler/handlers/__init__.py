"""What happens when a message arrives: load, absorb, decide, save, all in one transaction."""
