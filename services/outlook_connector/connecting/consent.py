"""Connecting: a person is sent to Microsoft, comes back with a code, and the code becomes a grant (M01).

Nothing of it touches a browser or the console but the address to go to and words about what came of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contracts.changes import GrantGiven
from contracts.topics import OUTLOOK_CHANGES
from graph.asking.client import GraphClient
from graph.errors import ConsentError
from graph.permission.grant_table import Grants
from graph.permission.granted_tokens import GrantTokens
from graph.permission.grants import Grant, Seal, UnreadableGrantError, covers_calendars, short_scopes
from graph.permission.refusals import Cause, Refusal, number_in, on_sign_in
from graph.permission.sign_in import Issued, SignIn
from graph.profile import Owner, Profile
from outlook_connector.connecting.attempts import Attempt, attempt_of, begin, state_of
from outlook_connector.connecting.refusing import Kind, Refused
from outlook_connector.publishing import Publisher

_NOT_LASTING = Refusal(Cause.CONSENT_REFUSED, "Microsoft gave no lasting permission (offline_access is missing).")


@dataclass(frozen=True, slots=True)
class Asking:
    """What people are asked, and where Microsoft sends them back to."""

    redirect_url: str
    scopes: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Consent:
    """Carries consents out. Every method raises Refused, and what asks Microsoft a GraphError."""

    asking: Asking
    seal: Seal
    sign_in: SignIn
    graph: GraphClient
    granted: GrantTokens
    grants: Grants
    publisher: Publisher
    clock: Callable[[], datetime]

    def begin(self, account: str, session: str, login_hint: str) -> tuple[str, datetime]:
        """Give the address at which somebody consents, and until when that can be finished."""
        if not self.seal.usable:
            raise Refused(Kind.NOT_SET_UP)
        attempt = begin(account, session, self.clock())
        hints = {"prompt": self.asking.prompt, "login_hint": login_hint}
        url = self.sign_in.consent_url(
            redirect_url=self.asking.redirect_url,
            scopes=self.asking.scopes,
            state=state_of(attempt, self.seal),
            verifier=attempt.verifier,
            hints={name: value for name, value in hints.items() if value},
        )
        return url, attempt.expires_at

    async def finish(self, state: str, code: str, session: str) -> Grant:
        """Redeem the code that came back, keep the grant, and tell the reconciler."""
        attempt = attempt_of(state, session, self.seal, self.clock())
        issued = await self.sign_in.redeem(
            code, verifier=attempt.verifier, redirect_url=self.asking.redirect_url, scopes=self.asking.scopes
        )
        grant = await self._grant(attempt, issued)
        self._refuse_another_mailbox(grant)
        await self.grants.put(grant)
        self.granted.forget(grant.account)
        given = GrantGiven(account=grant.account, mailbox=grant.mailbox, addresses=grant.addresses, owner=grant.owner)
        await self.publisher.publish(OUTLOOK_CHANGES.name, grant.account, given)
        return grant

    def refusal(self, state: str, session: str, error: str, description: str) -> Refusal:
        """Say what it means that somebody came back without a code (RFC 6749, 4.1.2.1)."""
        attempt_of(state, session, self.seal, self.clock())
        return on_sign_in(error, number_in(description))

    async def _grant(self, attempt: Attempt, issued: Issued) -> Grant:
        if issued.refresh_token is None:
            raise ConsentError(_NOT_LASTING)
        now = self.clock()
        owner = await self._owner(issued)
        return Grant(
            account=attempt.account,
            owner=owner.id,
            mailbox=owner.mailbox,
            addresses=owner.addresses,
            scopes=short_scopes(issued.scope),
            refresh_token=issued.refresh_token,
            granted_at=now,
            refreshed_at=now,
        )

    async def _owner(self, issued: Issued) -> Owner:
        """Ask who consented, and see that there is a mailbox where the consent covers calendars."""
        with self.granted.lent(issued.access_token) as account:
            owner = await Profile(self.graph, account).owner()
            if covers_calendars(short_scopes(issued.scope)):
                await Profile(self.graph, account, owner.mailbox).has_mailbox()
        return owner

    def _refuse_another_mailbox(self, grant: Grant) -> None:
        """Have a change of the mailbox said by disconnecting: links of one mailbox mean nothing in another."""
        try:
            kept = self.grants.get(grant.account)
        except UnreadableGrantError:
            return
        if kept is not None and kept.owner != grant.owner:
            raise Refused(
                Kind.OTHER_MAILBOX,
                f"You signed in as {grant.mailbox}, but {kept.mailbox} is connected here. To sync with another mailbox, "
                "disconnect first, connect again and save the parameters anew; what was synced before stays as it is.",
            )
