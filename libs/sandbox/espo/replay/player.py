"""Plays the recordings of a version against a fresh simulator: same callers, same requests, same order, same clock."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx

from sandbox.espo.app import create_app
from sandbox.espo.clock import Clock
from sandbox.espo.config import EspoConfig
from sandbox.espo.records.events import parse
from sandbox.espo.replay.callers import Callers
from sandbox.espo.replay.comparing import Difference, differences, summarised
from sandbox.espo.replay.identities import Identities
from sandbox.espo.replay.receiver import Received, Receiver
from sandbox.espo.replay.script import Step, resolved
from sandbox.espo.replay.transcripts import Transcript
from sandbox.espo.simulator import Simulator

_START = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
_COMPARED = ("x-status-reason", "allow", "content-type")
_SENT = ("user-agent", "accept", "content-type")
_GROUP = re.compile(r"webhook\.delivery\.(.+)\.\d+")
_TRIGGER = "webhook.trigger."
_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_LOOK_AHEAD = 12
_PORTS = ("8093", "8099")  # where the recorder's receiver answered, and where nothing did


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one recorded exchange."""

    transcript: Transcript
    differences: list[Difference]


class Player:
    """Plays one version of the recordings, with the steps that they leave out."""

    def __init__(self, version: str, transcripts: list[Transcript], steps: Mapping[str, list[Step]]) -> None:
        self._transcripts = transcripts
        self._steps = steps
        self._clock = Clock(_START)
        self._receiver = Receiver()
        self._config = EspoConfig(
            version=version,
            empty=True,
            custom_events=(),
            location_fields={},
            dns={"hooks.test": "127.0.0.1"},
            site_url=transcripts[0].answer["siteUrl"],
            seed=1,
        )
        self._app = create_app(self._config, self._clock, self._receiver)
        self._simulator: Simulator = self._app.state.shell.simulator
        self._callers = Callers(self._simulator)
        self._identities = Identities()
        self._names = {each.name: each for each in transcripts}
        self._arrived: list[Received] = []
        self._group = ""

    async def play(self) -> list[Verdict]:
        """Play everything; give a verdict on each exchange. Raises RuntimeError where a step is refused."""
        verdicts = []
        transport = httpx.ASGITransport(self._app, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://espo.test") as client:
            for position, transcript in enumerate(self._transcripts):
                for step in self._steps.get(transcript.name, ()):
                    await self._take(client, step)
                if transcript.delivered:
                    found = await self._judge_delivery(transcript)
                else:
                    self._set_clock(transcript, position)
                    found = await self._judge(client, transcript)
                verdicts.append(Verdict(transcript, found))
                if transcript.name.startswith(_TRIGGER):
                    await self._run_job(transcript.name.removeprefix(_TRIGGER))
        return verdicts

    async def _judge(self, client: httpx.AsyncClient, transcript: Transcript) -> list[Difference]:
        content = transcript.raw
        if content is None and transcript.body is not None:
            content = json.dumps(self._identities.translate(transcript.body))
        response = await client.request(
            transcript.method,
            self._url(transcript),
            headers=self._callers.headers(transcript),
            content=content.encode() if content is not None else None,
        )
        found = differences(transcript.status, response.status_code, "status")
        recorded_headers = {name.lower(): value for name, value in transcript.answer_headers.items()}
        for name in _COMPARED:
            wanted = self._identities.translate(recorded_headers.get(name))
            found += differences(wanted, response.headers.get(name), name)
        if transcript.answer_text is not None:
            return found + differences(transcript.answer_text, response.text, "text")
        answer: Any = json.loads(response.content) if response.content else None
        if transcript.name == "auth.token.login":
            self._callers.token = answer["token"]
        self._identities.learn(transcript.answer, answer)
        recorded = self._identities.translate(transcript.answer)
        if transcript.pruned:
            recorded, answer = summarised(recorded, answer)
        return found + differences(recorded, answer)

    async def _judge_delivery(self, transcript: Transcript) -> list[Difference]:
        group = _GROUP.fullmatch(transcript.name)
        if group is not None and group[1] != self._group:
            await self._run_job(group[1])
        received = next((each for each in self._arrived if each.path == transcript.path), None)
        if received is None:
            return [("delivery", transcript.path, [each.path for each in self._arrived])]
        self._arrived.remove(received)
        self._identities.learn(transcript.body, received.body)
        found = differences(self._identities.translate(transcript.body), received.body)
        recorded_headers = {name.lower(): value for name, value in transcript.headers.items()}
        for name in _SENT:
            found += differences(recorded_headers.get(name), received.headers.get(name), name)
        return found

    async def _run_job(self, group: str) -> None:
        """Run the webhook job, as the recorder did after each trigger, and keep what arrives for `group`."""
        self._group = group
        self._receiver.received.clear()
        await self._simulator.delivery.run()
        self._arrived = list(self._receiver.received)

    async def _take(self, client: httpx.AsyncClient, step: Step) -> None:
        self._clock.advance(step.advance_seconds)
        self._config.custom_prefix_disabled |= step.custom_prefix_disabled
        step.reconfigure(self._simulator.addresses)
        if step.make_due:
            self._simulator.queue.make_due()
        if step.cron:
            await self._run_job("")
        if step.clears:
            for record in list(self._simulator.store.table(step.clears).live()):
                path = f"/api/v1/{step.clears}/{record.id}"
                await client.delete(path, headers=self._callers.credentials("admin"))
        if step.empties_queue:
            queue = self._simulator.store.table("WebhookQueueItem")
            for item in list(queue.live()):
                queue.erase(item.id)
        for number in range(step.repeat if step.call else 0):
            await self._call(client, step, number)

    async def _call(self, client: httpx.AsyncClient, step: Step, number: int) -> None:
        method, _, path = step.call.partition(" ")
        about = step.at or step.binds.partition("!")[0]
        moment = "createdAt" if method == "POST" else "modifiedAt"
        if about and (stamp := _stamp(_told(self._names[about]), moment)) is not None:
            self._move_to(stamp)
        response = await client.request(
            method,
            f"/api/v1/{resolved(path, self._identity, number)}",
            headers=self._callers.credentials(step.caller),
            json=resolved(step.body, self._identity, number) if step.body is not None else None,
        )
        if response.is_error != step.fails:
            raise RuntimeError(f"the step before {step.before} was answered {response.status_code} {response.headers}")
        if step.binds:
            self._identities.pair(self._recorded_identity(step.binds), response.json()["id"])

    def _identity(self, name: str) -> str:
        return str(self._identities.translate(self._recorded_identity(name)))

    def _recorded_identity(self, name: str) -> str:
        if name in ("receiver", "refusing"):
            url = str(self._names["webhook.register.all.delete"].body["url"]).removesuffix("/all/meeting-delete")
            return url.replace(*_PORTS) if name == "refusing" else url
        name, _, place = name.partition("!")
        transcript = self._names[name]
        if place:
            found: Any = transcript.body
            for part in place.split("."):
                found = found[int(part)] if isinstance(found, list) else found[part]
            return str(found)
        told = _told(transcript)
        return str(told["id"]) if isinstance(told, dict) and "id" in told else transcript.path.split("/")[4]

    def _url(self, transcript: Transcript) -> str:
        path = self._identities.translate(transcript.path)
        query = [
            (name, self._identities.translate(value))
            for name, value in parse_qsl(transcript.query, keep_blank_values=True)
        ]
        return f"{path}?{urlencode(query)}" if query else str(path)

    def _set_clock(self, transcript: Transcript, position: int) -> None:
        if transcript.method in _WRITES:
            stamp = _stamp(transcript.answer) or next(self._later_stamps(transcript, position), None)
            if stamp is not None:
                self._move_to(stamp)

    def _later_stamps(self, transcript: Transcript, position: int) -> Iterator[str]:
        about = json.dumps([transcript.path, transcript.body])
        for later in self._transcripts[position + 1 : position + _LOOK_AHEAD]:
            stamp = _stamp(later.answer)
            if stamp is not None and str(later.answer.get("id")) in about:
                yield stamp

    def _move_to(self, stamp: str) -> None:
        moment = parse(stamp)
        if moment > self._clock.now():
            self._clock.set(moment)


def _stamp(answer: Any, moment: str = "modifiedAt") -> str | None:
    return answer.get(moment) if isinstance(answer, dict) else None


def _told(transcript: Transcript) -> Any:
    told = transcript.body if transcript.delivered else transcript.answer
    return told[0] if isinstance(told, list) and told else told
