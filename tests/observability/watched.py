"""What is watched: every service, the console, which is on no topic, and the day on which the application's secret ends."""

from datetime import UTC, datetime, timedelta

from contracts.topics import SERVICES

WATCHED = (*SERVICES, "console")
SECRET_ENDS = (datetime.now(UTC) + timedelta(days=365)).date()
