"""Asking Graph: one way in for every request, few at a time, and refusals as types."""
