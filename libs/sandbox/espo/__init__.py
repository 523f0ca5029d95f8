"""A simulated EspoCRM: the REST API of real releases, in memory, honest enough to replay recordings of them.

A connector that only met a polite fake would meet EspoCRM's habits in production: read-only input dropped in silence,
writes that change nothing and still count as changes, webhooks that arrive by cron in portions. This package has those
habits, per release, so that tests, demonstrations and measurements run against them without a PHP stack.

Start with `create_app`; `python -m sandbox.espo` runs it alone. What it should answer is in the oracle's recordings.
"""

from sandbox.espo.app import create_app
from sandbox.espo.clock import Clock
from sandbox.espo.config import EspoConfig

__all__ = ["Clock", "EspoConfig", "create_app"]
