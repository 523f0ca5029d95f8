"""Zones and spans of time, pure."""
