"""A small company as a model: people, two systems that behave as badly as the real ones, and a bus that is late and repeats.

It drives the pure core and nothing else: no clock but its own, no I/O, no chance. What happens, and when, the test says.
"""
