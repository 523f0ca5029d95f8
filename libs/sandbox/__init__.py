"""Simulated outside world for local runs and tests."""
