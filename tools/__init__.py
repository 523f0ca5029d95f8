"""What is run on the repository, never in production."""
