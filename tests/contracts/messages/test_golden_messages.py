"""Messages that were once sent must be understood for ever: each kind's golden JSON is kept, and parses without loss."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts import changes, grants, looks, meetings, notices, outcomes, writes
from contracts.model import Model

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
UNIONS: tuple[Any, ...] = (
    changes.OutlookChange,
    changes.EspoChange,
    looks.OutlookLook,
    looks.EspoLook,
    notices.OutlookNotice,
    writes.OutlookWrite,
    writes.EspoWrite,
    meetings.TeamsRequest,
    outcomes.AnyOutcome,
)


def kinds(union: Any) -> dict[str, type[Model]]:
    members = get_args(get_args(union)[0])
    return {member.model_fields["kind"].default: member for member in members}


KINDS = {kind: model for union in UNIONS for kind, model in kinds(union).items()} | {
    "record_touched": notices.RecordTouched,
    "sealed_grant": grants.SealedGrant,
}


def test_every_kind_of_message_has_a_golden_one() -> None:
    assert {json.loads(path.read_text("utf-8"))["kind"] for path in GOLDEN} == set(KINDS)


def kept(golden: Any, dumped: Any) -> Any:
    """What a newer reader still says of a message: all that stood in it, without the fields that came later."""
    if isinstance(golden, dict) and isinstance(dumped, dict):
        return {name: kept(value, dumped.get(name)) for name, value in golden.items()}
    if isinstance(golden, list) and isinstance(dumped, list):
        return [*(kept(*pair) for pair in zip(golden, dumped, strict=False)), *dumped[len(golden) :]]
    return dumped


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: str(path.name))
def test_a_golden_message_parses_without_loss(path: Path) -> None:
    golden = json.loads(path.read_text("utf-8"))
    message = KINDS[golden["kind"]].model_validate(golden)
    assert kept(golden, message.model_dump(mode="json")) == golden


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: str(path.name))
def test_a_field_that_a_newer_writer_added_does_no_harm(path: Path) -> None:
    golden = json.loads(path.read_text("utf-8"))
    model = KINDS[golden["kind"]]
    assert model.model_validate({**golden, "added_later": 1}) == model.model_validate(golden)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: str(path.name))
def test_a_message_of_no_known_kind_is_refused(path: Path) -> None:
    golden = json.loads(path.read_text("utf-8"))
    with pytest.raises(ValidationError):
        TypeAdapter(changes.OutlookChange).validate_python({**golden, "kind": "unheard_of"})
