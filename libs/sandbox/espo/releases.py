"""What differs between the EspoCRM releases that were recorded, in one table, so that no rule tests a version number."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """One release's habits. Each flag names a behaviour seen on real instances of that release."""

    version: str
    flag_decides_all_day: bool  # `isAllDay: false` wipes the dates; older releases look at the dates alone
    offers_online_services: bool  # Meeting.externalService
    locks_records: bool  # isLocked, lockPermission
    stars_people: bool  # Contact.isStarred; Account had it before
    describes_webhooks: bool  # Webhook.description
    refuses_internal_hosts: bool  # webhook URLs to private addresses or unresolvable names
    refuses_garbage_urls: bool  # a webhook URL without a scheme
    repeats_search_reasons: bool  # X-Status-Reason says the same sentence twice
    has_open_api: bool
    refreshes_address_data: bool  # writing emailAddress shows in emailAddressData at once
    retypes_fields: bool  # the field manager needs no `type` to change a field
    sends_by_guzzle: bool  # webhook sender: Guzzle with its exceptions, or plain curl


RELEASES = {
    release.version: release
    for release in (
        Release(
            version="9.2.7",
            flag_decides_all_day=False,
            offers_online_services=False,
            locks_records=False,
            stars_people=False,
            describes_webhooks=False,
            refuses_internal_hosts=False,
            refuses_garbage_urls=False,
            repeats_search_reasons=True,
            has_open_api=False,
            refreshes_address_data=False,
            retypes_fields=False,
            sends_by_guzzle=False,
        ),
        Release(
            version="9.3.10",
            flag_decides_all_day=False,
            offers_online_services=False,
            locks_records=False,
            stars_people=True,
            describes_webhooks=True,
            refuses_internal_hosts=True,
            refuses_garbage_urls=False,
            repeats_search_reasons=True,
            has_open_api=True,
            refreshes_address_data=False,
            retypes_fields=False,
            sends_by_guzzle=False,
        ),
        Release(
            version="10.0.0",
            flag_decides_all_day=True,
            offers_online_services=True,
            locks_records=True,
            stars_people=True,
            describes_webhooks=True,
            refuses_internal_hosts=True,
            refuses_garbage_urls=True,
            repeats_search_reasons=False,
            has_open_api=True,
            refreshes_address_data=True,
            retypes_fields=True,
            sends_by_guzzle=True,
        ),
    )
}
