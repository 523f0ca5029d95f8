"""Which processes are watched: every service, and the console, which is on no topic."""

from contracts.topics import SERVICES

WATCHED = (*SERVICES, "console")
