"""The rules, pure: no clock, no I/O, no log. A handler loads a link, asks `decide`, and saves what it says."""
