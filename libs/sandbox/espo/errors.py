"""What EspoCRM refuses, as exceptions that carry the whole answer: status, `X-Status-Reason` and, sometimes, a body.

The texts are EspoCRM's own, copied from recorded answers, because connectors tell causes apart by nothing else.
"""

from typing import Any

JSON_TYPE = "application/json"
HTML_TYPE = "text/html; charset=UTF-8"


class EspoError(Exception):
    """A refused request. `reason` None leaves the header out; `body` None leaves the body empty."""

    def __init__(self, status: int, reason: str | None = None, body: Any = None, content_type: str = JSON_TYPE) -> None:
        super().__init__(reason or str(status))
        self.status = status
        self.reason = reason
        self.body = body
        self.content_type = content_type


def _translated(label: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"messageTranslation": {"label": label, "scope": None, "data": data}}


def invalid(entity: str, field: str, kind: str) -> EspoError:
    """Refuse a field's value; EspoCRM reports the first failure only."""
    return EspoError(
        400,
        f"Field validation failure; entityType: {entity}, field: {field}, type: {kind}.",
        _translated("validationFailure", {"field": field, "type": kind}),
    )


def no_access(action: str) -> EspoError:
    """Refuse an action that no role of the caller allows on the whole entity type."""
    return EspoError(403, f"No {action} access.")


def not_existing(record_id: str) -> EspoError:
    """Answer a read of a record that is not there, or deleted and the caller no administrator."""
    return EspoError(404, f"Record {record_id} does not exist.")


def not_found(record_id: str) -> EspoError:
    """Answer a write to a record that is not there; reads have another text."""
    return EspoError(404, f"Record {record_id} not found.")


def relates_nothing(entity: str, link: str, foreign: str) -> EspoError:
    """Refuse to link a record that does not exist."""
    return EspoError(
        403,
        f"Can't relate with non-existing record. entity type: {entity}, link: {link}.",
        _translated("cannotRelateNonExisting", {"foreignEntityType": foreign}),
    )


def relates_hidden(entity: str, link: str, foreign: str) -> EspoError:
    """Refuse to link a record that the caller may not read."""
    return EspoError(
        403,
        f"No foreign record access for link operation ({entity}:{link}).",
        _translated("cannotRelateForbidden", {"foreignEntityType": foreign, "action": "read"}),
    )


def relates_uneditable(entity: str, link: str) -> EspoError:
    """Refuse a relate call: the link endpoints need edit access to the foreign record."""
    return EspoError(
        403,
        f"No foreign record access for link operation ({entity}:{link}).",
        _translated("noAccessToForeignRecord", {"action": "edit"}),
    )


def second_step() -> EspoError:
    """Ask for the code of an authenticator app, after a good password (`Core/Api/Auth.php`)."""
    asked: dict[str, Any] = {
        "status": "secondStepRequired",
        "message": "enterTotpCode",
        "view": None,
        "token": None,
        "data": {},
    }
    return EspoError(401, "second-step-required", asked, HTML_TYPE)


def crashed() -> EspoError:
    """Answer what EspoCRM does not catch: 500, empty."""
    return EspoError(500)
