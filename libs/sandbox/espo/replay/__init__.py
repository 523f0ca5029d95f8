"""Replays recordings of real EspoCRM instances against the simulator, and tells where the two disagree."""
