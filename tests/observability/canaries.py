"""Words that exist nowhere but in what people write: wherever one turns up, it was carried there by us."""

TITLE = "canarytitle"
BODY = "canarybody"
PLACE = "canaryplace"
GUEST = "canaryguest"
GUEST_NAME = "Canaryname"
PHONE_HOME = f"{GUEST}@outside.example"

WRITTEN_BY_PEOPLE = (TITLE, BODY, PLACE, GUEST, GUEST_NAME.lower())


def found_in(text: str, secrets: tuple[str, ...]) -> set[str]:
    """Find canaries and secrets in a text; a canary in whatever case, a secret as it is."""
    lower = text.lower()
    return {word for word in WRITTEN_BY_PEOPLE if word in lower} | {secret for secret in secrets if secret in text}
