"""Labels: how an Outlook subject says which EspoCRM entity type it is (M12)."""

from collections.abc import Mapping

_SEPARATORS = (":", " ")


def without_label(subject: str, label: str) -> str | None:
    """The subject without its label; None if it does not start with it. Case is ignored; `:` or a space must follow."""
    if not label or not subject.casefold().startswith(label.casefold()):
        return None
    rest = subject[len(label) :]
    if not rest.startswith(_SEPARATORS):
        return None
    return rest.removeprefix(":").strip()


def with_label(title: str, label: str) -> str:
    """The title as Outlook shows it."""
    return f"{label}: {title}" if label else title


def entity_of(subject: str, entities: Mapping[str, str], default: str) -> str:
    """The entity type that the subject's label names, the longest label first; the default if none does."""
    for entity, label in sorted(entities.items(), key=lambda item: -len(item[1])):
        if without_label(subject, label) is not None:
            return entity
    return default


def title_of(subject: str, label: str) -> str:
    """The title as EspoCRM stores it: the label taken off where it is there."""
    stripped = without_label(subject, label)
    return subject if stripped is None else stripped
