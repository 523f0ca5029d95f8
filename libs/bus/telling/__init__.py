"""What a service tells of itself: logs, numbers, traces, and whether it gets on."""
