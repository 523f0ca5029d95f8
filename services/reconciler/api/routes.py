"""Every path of the reconciler's HTTP interface, put together from its subjects."""

from starlette.routing import Route

from reconciler.api.access import Access
from reconciler.api.accounts import Accounts
from reconciler.api.activity import Activity
from reconciler.api.dead_letters import DeadLetters
from reconciler.api.events import Events
from reconciler.api.failures import Failures
from reconciler.api.first_sync import FirstSync
from reconciler.api.held import Held
from reconciler.api.settings_changes import SettingsChanges
from reconciler.api.stories import Stories
from reconciler.settings import ReconcilerSettings
from reconciler.store import Database


class Api:
    """The routes, on one database."""

    def __init__(self, database: Database, settings: ReconcilerSettings) -> None:
        self._subjects = (
            Accounts(database, settings),
            FirstSync(database),
            SettingsChanges(database),
            Events(database),
            Stories(database),
            Held(database),
            Activity(database),
            Failures(database),
            Access(database),
            DeadLetters(database),
        )

    def routes(self) -> list[Route]:
        """Every path of the interface. Who may ask is the guard's affair, who may see what the console's."""
        return [route for subject in self._subjects for route in subject.routes()]
