"""User, Contact, Lead and Account: whom events are about. Attributes as recorded; much of it is always null here."""

from sandbox.espo.definitions.field import NAME_PATTERN, Entity, Field, words
from sandbox.espo.releases import Release

USER_TYPES = ("regular", "admin", "portal", "system", "super-admin", "api")
_TRACE = (
    Field("createdAt", "datetime", read_only=True),
    Field("modifiedAt", "datetime", read_only=True),
    Field("createdBy", "link", foreign="User", read_only=True),
    Field("modifiedBy", "link", foreign="User", read_only=True),
    Field("assignedUser", "link", foreign="User"),
    Field("teams", "linkMultiple", foreign="Team"),
)
_PERSON = (
    Field("firstName", "varchar", max_length=100, pattern=NAME_PATTERN),
    Field("lastName", "varchar", required=True, max_length=100, pattern=NAME_PATTERN),
    Field("title", "varchar", max_length=100),
    Field("description", "text"),
    Field("emailAddress", "email"),
    Field("phoneNumber", "varchar", max_length=36),
    Field("doNotCall", "bool", default=False),
)
_LEAD_STATUSES = ("New", "Assigned", "In Process", "Converted", "Recycled", "Dead")
_OPT_OUTS = words("emailAddressIsOptedOut emailAddressIsInvalid phoneNumberIsOptedOut phoneNumberIsInvalid")
_ADDRESS = words("addressStreet addressCity addressState addressCountry addressPostalCode")
_DATA = words("emailAddressData phoneNumberData")
_TRACED = words("createdById createdByName modifiedById modifiedByName assignedUserId assignedUserName")
_FOLLOWING = words("isFollowed followersIds followersNames")
_NEVER_OPTED_OUT = dict.fromkeys(("targetListIsOptedOut", *_OPT_OUTS), False)


def user() -> Entity:
    """Define User. What administrators alone see includes keys and how a user signs in."""
    fields = (
        Field("userName", "varchar", required=True, max_length=50),
        Field("type", "enum", options=USER_TYPES, default="regular"),
        Field("firstName", "varchar", max_length=100, pattern=NAME_PATTERN),
        Field("lastName", "varchar", required=True, max_length=100, pattern=NAME_PATTERN),
        Field("authMethod", "enum", options=("ApiKey", "Hmac"), nulled=True),
        Field("isActive", "bool", default=True),
        Field("title", "varchar", max_length=100),
        Field("emailAddress", "email"),
        Field("phoneNumber", "varchar", max_length=36),
        Field("password", "varchar"),
        Field("defaultTeam", "link", foreign="Team"),
        Field("teams", "linkMultiple", foreign="Team"),
        Field("roles", "linkMultiple", foreign="Role"),
        Field("createdAt", "datetime", read_only=True),
        Field("modifiedAt", "datetime", read_only=True),
        Field("createdBy", "link", foreign="User", read_only=True),
        Field("lastAccess", "datetime", read_only=True, nulled=True),
    )
    portals = words("portalsIds portalsNames portalRolesIds portalRolesNames")
    accounts = words("contactId contactName accountsIds accountsNames avatarId avatarName createdById createdByName")
    linked = words("teamsIds teamsNames teamsColumns rolesIds rolesNames") + portals
    read = words("id name deleted userName type authMethod apiKey secretKey salutationName firstName lastName isActive")
    read += words(
        "title emailAddress phoneNumber avatarColor gender createdAt modifiedAt auth2FA lastAccess middleName"
    )
    read += (*_OPT_OUTS, *_DATA, "defaultTeamId", "defaultTeamName", *linked, *accounts)
    read += words("dashboardTemplateId dashboardTemplateName workingTimeCalendarId workingTimeCalendarName")
    read += words("layoutSetId layoutSetName")
    return Entity(
        name="User",
        fields=fields,
        read=read,
        loaded=frozenset((*_DATA, *linked, "accountsIds", "accountsNames", "avatarId", "avatarName")),
        created_with=_NEVER_OPTED_OUT,
        null_names=words("contactName avatarId avatarName dashboardTemplateName workingTimeCalendarName layoutSetName"),
        order=("userName", "asc"),
        after_select=("createdById",),
        secret=frozenset(
            words("authMethod apiKey secretKey gender auth2FA dashboardTemplateId dashboardTemplateName")
            + words("layoutSetId layoutSetName")
        ),
        person_name=True,
    )


def contact(release: Release) -> Entity:
    """Define Contact."""
    stars = ("isStarred",) if release.stars_people else ()
    read = words(
        "id name deleted salutationName firstName lastName title description emailAddress phoneNumber doNotCall"
    )
    read += (*_ADDRESS, *words("accountIsInactive accountType createdAt modifiedAt hasPortalUser middleName"))
    read += (*_OPT_OUTS, "streamUpdatedAt", *_DATA, "accountId", "accountName", *words("accountsIds accountsNames"))
    read += ("accountsColumns", "campaignId", "campaignName", *_TRACED, "teamsIds", "teamsNames")
    read += words("portalUserId portalUserName originalLeadId originalLeadName") + _FOLLOWING + stars
    accounts = words("accountsIds accountsNames accountsColumns")
    return Entity(
        name="Contact",
        fields=(*_PERSON, Field("account", "link", foreign="Account"), *_TRACE),
        read=read,
        loaded=frozenset((*_DATA, *accounts, "teamsIds", "teamsNames", *_FOLLOWING, *stars)),
        created_with=_NEVER_OPTED_OUT | {"accountIsInactive": False, "hasPortalUser": False},
        null_names=("campaignName",),
        after_select=("accountIsInactive", "accountId", "accountName", "createdById", "assignedUserId", *stars),
        streams=True,
        person_name=True,
        duplicates_checked=True,
    )


def lead() -> Entity:
    """Define Lead."""
    fields = (
        *_PERSON,
        Field("status", "enum", options=_LEAD_STATUSES, default="New"),
        Field("accountName", "varchar", max_length=255),
        *_TRACE,
    )
    read = words("id name deleted salutationName firstName lastName title status source industry opportunityAmount")
    read += ("website", *_ADDRESS, *words("emailAddress phoneNumber doNotCall description convertedAt createdAt"))
    read += words("modifiedAt accountName middleName opportunityAmountCurrency") + _OPT_OUTS
    read += ("streamUpdatedAt", "opportunityAmountConverted", *_DATA, *_TRACED, "teamsIds", "teamsNames")
    read += words("campaignId campaignName createdAccountId createdAccountName createdContactId createdContactName")
    read += words("createdOpportunityId createdOpportunityName") + _FOLLOWING
    return Entity(
        name="Lead",
        fields=fields,
        read=read,
        loaded=frozenset((*_DATA, "teamsIds", "teamsNames", *_FOLLOWING)),
        created_with=_NEVER_OPTED_OUT,
        null_names=words("campaignName createdAccountName createdContactName createdOpportunityName"),
        after_select=words("phoneNumber accountName createdById assignedUserId"),
        streams=True,
        person_name=True,
        duplicates_checked=True,
    )


def account(release: Release) -> Entity:
    """Define Account: the one entity here with optimistic concurrency control."""
    fields = (
        Field("name", "varchar", required=True, max_length=249, pattern=NAME_PATTERN),
        Field("emailAddress", "email"),
        Field("description", "text"),
        *_TRACE,
    )
    locks = ("isLocked",) if release.locks_records else ()
    stars = ("isStarred",)
    read = words("id name deleted emailAddress description createdAt modifiedAt") + locks + _OPT_OUTS
    read += ("streamUpdatedAt", *_DATA, "campaignId", "campaignName", *_TRACED, "teamsIds", "teamsNames")
    read += (*_FOLLOWING, *stars, "versionNumber")
    return Entity(
        name="Account",
        fields=fields,
        read=read,
        loaded=frozenset((*_DATA, "teamsIds", "teamsNames", *_FOLLOWING, *stars)),
        created_with=_NEVER_OPTED_OUT | {"contactIsInactive": False},
        null_names=("campaignName",),
        after_select=words("createdById assignedUserId"),
        streams=True,
        versioned=True,
    )
