"""What administrators see and change: metadata, settings, fields."""
