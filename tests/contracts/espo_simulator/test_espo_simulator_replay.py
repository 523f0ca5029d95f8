"""The simulator, told what real instances of three releases were told, answers what they answered."""

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.espo.replay import script, transcripts
from sandbox.espo.replay.player import Player, Verdict
from sandbox.espo.replay.transcripts import Transcript

HERE = Path(__file__).parent
RECORDINGS = "espocrm-recordings.json"
STEPS = HERE / "omitted_steps.toml"
KNOWN = HERE / "known_disagreements.toml"
VERSIONS = ("9.2.7", "9.3.10", "10.0.0")
USED_BY_THE_CONNECTOR = re.compile(
    r"/api/v1/(?:(?:Meeting|Call|CVisit|Contact|Lead|User|Webhook)(?:/[^/]+)?|Settings|App/user|Metadata)"
)


@pytest.fixture
def disagreements() -> dict[str, dict[str, Any]]:
    listed = tomllib.loads(KNOWN.read_text(encoding="utf-8"))["disagreement"]
    return {each["name"]: each for each in listed}


def found(verdicts: list[Verdict]) -> dict[str, list[str]]:
    return {each.transcript.name: [place for place, _, _ in each.differences] for each in verdicts if each.differences}


def told(verdicts: list[Verdict], known: dict[str, dict[str, Any]]) -> Iterator[str]:
    for verdict in verdicts:
        if verdict.differences:
            name = verdict.transcript.name
            yield f"  {name}: {known.get(name, {}).get('reason', 'not listed')}"


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_release_is_replayed_but_for_what_is_listed(
    version: str,
    oracles: Path,
    disagreements: dict[str, dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    recorded = transcripts.load(oracles / RECORDINGS, version)

    verdicts = await Player(version, recorded, script.load(STEPS, version)).play()

    agreeing = sum(not verdict.differences for verdict in verdicts)
    with capsys.disabled():
        sys.stdout.write(f"\nEspoCRM {version}: {agreeing} of {len(verdicts)} recorded exchanges agree; not:\n")
        sys.stdout.writelines(f"{line}\n" for line in told(verdicts, disagreements))
    assert found(verdicts) == {name: each["places"] for name, each in disagreements.items()}


def test_nothing_that_the_connector_uses_is_listed(oracles: Path, disagreements: dict[str, dict[str, Any]]) -> None:
    recorded = transcripts.load(oracles / RECORDINGS, "10.0.0")

    listed = [each.path for each in recorded if each.name in disagreements]

    assert len(listed) == len(disagreements)
    assert [path for path in listed if USED_BY_THE_CONNECTOR.fullmatch(path)] == []


async def test_an_answer_of_another_status_would_be_noticed(oracles: Path) -> None:
    verdict = await played_with(oracles, lambda each: replace(each, status=418))

    assert ("status", 418, 200) in verdict.differences


async def test_an_answer_of_another_name_would_be_noticed(oracles: Path) -> None:
    verdict = await played_with(oracles, lambda each: replace(each, answer=each.answer | {"name": "Other"}))

    assert (".name", "Other", "Anna Berg") in verdict.differences


async def played_with(oracles: Path, change: Any) -> Verdict:
    recorded = transcripts.load(oracles / RECORDINGS, "10.0.0")
    position = next(place for place, each in enumerate(recorded) if each.name == "setup.user.anna")
    altered: list[Transcript] = [*recorded[:position], change(recorded[position])]
    verdicts = await Player("10.0.0", altered, script.load(STEPS, "10.0.0")).play()
    return verdicts[position]
