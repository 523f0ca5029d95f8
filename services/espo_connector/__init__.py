"""Everything EspoCRM: reading it, writing to it, and the translation between its records and events.

The connector decides nothing and keeps nothing. A look or a write carries all that it needs, so that any replica can carry
it out; what EspoCRM does differently from what one would expect is known in here and nowhere else.
"""
