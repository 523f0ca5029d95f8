"""The signatures of webhooks that real instances sent."""

from typing import Any

import pytest

from espo_connector.hooks.signatures import signature_in


@pytest.fixture
def secrets(transcripts: list[dict[str, Any]]) -> dict[str, str]:
    """The secret of every webhook that a registration or a list told."""
    bodies = [transcript["response"].get("body") for transcript in transcripts if "response" in transcript]
    records = [record for body in bodies if isinstance(body, dict) for record in body.get("list", [body])]
    return {
        record["id"]: record["secretKey"] for record in records if isinstance(record, dict) and "secretKey" in record
    }


@pytest.mark.parametrize("header", ["Signature", "X-Signature"])
def test_every_recorded_delivery_proves_its_webhook(
    transcripts: list[dict[str, Any]], secrets: dict[str, str], header: str
) -> None:
    proven = []
    for transcript in transcripts:
        request = transcript["request"]
        signature = signature_in({header.lower(): request.get("headers", {}).get(header, "")})
        if signature and signature.webhook_id in secrets:
            proven.append(signature.proves(request["body_raw"].encode(), secrets[signature.webhook_id]))
    assert len(proven) > 20
    assert all(proven)
