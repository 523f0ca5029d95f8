"""Team, Role, Webhook and the webhook queue: records that administrators and integrations work with."""

from sandbox.espo.definitions.field import Entity, Field, words
from sandbox.espo.releases import Release

PERMISSIONS = words(
    "assignmentPermission userPermission messagePermission portalPermission groupEmailAccountPermission "
    "exportPermission massUpdatePermission dataPrivacyPermission followerManagementPermission auditPermission "
    "mentionPermission userCalendarPermission"
)
_TRACED = words("createdById createdByName modifiedById modifiedByName")


def team() -> Entity:
    """Define Team."""
    return Entity(
        name="Team",
        fields=(Field("name", "varchar", required=True, max_length=100), *_stamps()),
        read=words("id name deleted createdAt modifiedAt rolesIds rolesNames layoutSetId layoutSetName")
        + words("workingTimeCalendarId workingTimeCalendarName"),
        loaded=frozenset(("rolesIds", "rolesNames")),
        null_names=("layoutSetName", "workingTimeCalendarName"),
        order=("name", "asc"),
    )


def role(release: Release) -> Entity:
    """Define Role. `data` gives scopes their levels, `fieldData` fields theirs."""
    permissions = PERMISSIONS + (("lockPermission",) if release.locks_records else ())
    fields = (
        Field("name", "varchar", required=True, max_length=150),
        *(Field(each, "enum", options=words("all team no not-set yes"), default="not-set") for each in permissions),
        Field("data", "json"),
        Field("fieldData", "json"),
        *_stamps(),
    )
    return Entity(
        name="Role",
        fields=fields,
        read=("id", "name", "deleted", *permissions, "data", "fieldData", "createdAt", "modifiedAt"),
        order=("name", "asc"),
    )


def webhook(release: Release) -> Entity:
    """Define Webhook. Nothing is loaded before it is saved, so here a write that changes nothing is none."""
    description = ("description",) if release.describes_webhooks else ()
    fields = (
        Field("event", "varchar", required=True, max_length=100, read_only_after_create=True),
        Field("url", "varchar", required=True, max_length=512),
        Field("isActive", "bool", default=True),
        Field("entityType", "varchar", read_only=True),
        Field("type", "varchar", read_only=True),
        Field("field", "varchar", read_only=True),
        Field("secretKey", "varchar", read_only=True),
        Field("skipOwn", "bool", default=False),
        *(Field(each, "text") for each in description),
        Field("user", "link", foreign="User", admin_only=True),
        *_stamps(),
        Field("createdBy", "link", foreign="User", read_only=True),
        Field("modifiedBy", "link", foreign="User", read_only=True),
    )
    read = words("id deleted event url isActive userId userName entityType type field secretKey skipOwn") + description
    return Entity(
        name="Webhook",
        fields=fields,
        read=read + words("createdAt modifiedAt") + _TRACED,
        after_select=("createdById",),
        secret=frozenset(("userId", "userName")),
        counts_every_write=False,
        is_object=False,
    )


def webhook_queue_item() -> Entity:
    """Define the queue's entries, which administrators may list."""
    fields = (
        Field("number", "int", read_only=True),
        Field("event", "varchar", read_only=True),
        Field("webhook", "link", foreign="Webhook", read_only=True),
        Field("target", "linkParent", read_only=True),
        Field("status", "enum", options=words("Pending Success Failed"), read_only=True),
        Field("attempts", "int", read_only=True),
        Field("processAt", "datetime", read_only=True),
        Field("processedAt", "datetime", read_only=True),
    )
    return Entity(
        name="WebhookQueueItem",
        fields=fields,
        read=words("id deleted number event status createdAt processedAt attempts processAt webhookId webhookName")
        + words("targetId targetType targetName"),
        order=("number", "desc"),
        after_select=("targetName",),
        is_object=False,
    )


def _stamps() -> tuple[Field, ...]:
    return (Field("createdAt", "datetime", read_only=True), Field("modifiedAt", "datetime", read_only=True))
