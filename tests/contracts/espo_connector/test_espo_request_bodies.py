"""What the connector sends, against the OpenAPI document that a real EspoCRM 10.0.0 generated for itself."""

import json
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from contracts.changes import EspoSeen
from contracts.events import AllDay, Attendee, Reply, Timed
from contracts.outcomes import Done
from contracts.writes import NewReply, Patch, PeopleChange
from espo_connector.main import Connector
from support.espo import NOON, Espo, Writer

Sent = list[tuple[str, str, dict[str, Any]]]

FAIR = AllDay(first=date(2026, 12, 10), last=date(2026, 12, 12))


@pytest.fixture
def sent(connector: Connector) -> Sent:
    """Every body that the connector sends, with method and entity type."""
    bodies: Sent = []

    async def keep(request: httpx.Request) -> None:  # httpx awaits its hooks
        if request.content:
            bodies.append((request.method, request.url.path.split("/")[3], json.loads(request.content)))

    connector.client._http.event_hooks["request"].append(keep)
    return bodies


def complaints(openapi: dict[str, Any], name: str, body: dict[str, Any]) -> list[str]:
    """Say what the document finds wrong: wrong types, and attributes that it does not know or that are read-only."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": openapi["components"]}
    known = openapi["components"]["schemas"][name.removesuffix("_create")]["properties"]
    wrong = [error.message for error in Draft202012Validator(schema).iter_errors(body)]
    unknown = [attribute for attribute in body if known.get(attribute, {"readOnly": True}).get("readOnly")]
    return wrong + unknown


@pytest.mark.parametrize("entity", ["Meeting", "Call", "CVisit"])
async def test_a_creation_is_what_the_document_describes(
    openapi: dict[str, Any], espo: Espo, writer: Writer, sent: Sent, entity: str
) -> None:
    await espo.add_contact("Carl Kunde", "carl@client.example")
    await espo.add_lead("Lee Prospect", "lee@prospect.example")
    guests = ("boris@corp.example", "carl@client.example", "lee@prospect.example")
    event = writer.event(description="text", location="HQ", people=tuple(Attendee(address=guest) for guest in guests))
    await writer.outcome(writer.creation(event, entity))
    ((method, sent_to, body),) = sent
    assert (method, sent_to) == ("POST", entity)
    assert complaints(openapi, f"{entity}_create", body) == []


@pytest.mark.parametrize("entity", ["Meeting", "CVisit"])
async def test_a_creation_of_whole_days_is_what_the_document_describes_but_for_the_times(
    openapi: dict[str, Any], writer: Writer, sent: Sent, entity: str
) -> None:
    await writer.outcome(writer.creation(writer.event(span=FAIR), entity))
    ((_, _, body),) = sent
    # The document asks for both times; a real EspoCRM takes the dates alone and computes the times.
    assert complaints(openapi, entity, body) == []


@pytest.mark.parametrize("span", [FAIR, Timed(start=NOON, end=NOON + timedelta(hours=1))], ids=["days", "hours"])
async def test_an_update_is_what_the_document_describes(
    openapi: dict[str, Any], espo: Espo, writer: Writer, sent: Sent, span: AllDay | Timed
) -> None:
    await espo.add_contact("Carl Kunde", "carl@client.example")
    event = writer.event(people=(Attendee(address="carl@client.example"),))
    made = await writer.outcome(writer.creation(event))
    assert isinstance(made, Done)
    assert isinstance(made.stored, EspoSeen)
    patch = Patch(
        title="A < B",
        span=span,
        location="HQ",
        description="text",
        cancelled=True,
        people=PeopleChange(
            add=(Attendee(address="boris@corp.example"),),
            replies=(NewReply(address="carl@client.example", reply=Reply.DECLINED),),
        ),
    )
    sent.clear()
    assert isinstance(await writer.outcome(writer.update(made.stored, patch)), Done)
    ((method, _, body),) = sent
    assert method == "PUT"
    assert complaints(openapi, "Meeting", body) == []
