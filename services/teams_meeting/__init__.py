"""Makes Teams meetings: turns Outlook events into them, and keeps those that are on no calendar.

It decides nothing and reads no calendar; it is a service of its own because it needs rights of its own at Microsoft.
"""
