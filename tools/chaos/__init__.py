"""Chaos: the whole product on real parts, people at work on both sides, and everything going wrong that can.

`make chaos` runs it. What people did is written down as they do it; at the end both simulated systems are read from outside and
held against that record. Whatever was lost, doubled, mailed once too often or not left in peace is told with its story.
"""
