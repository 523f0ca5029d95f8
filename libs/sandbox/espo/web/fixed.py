"""The API's paths that serve no entity type: the caller, settings, metadata, administration."""

import json
from collections.abc import Callable
from zoneinfo import available_timezones

from sandbox.espo import errors
from sandbox.espo.admin import about, metadata
from sandbox.espo.search.params import MAX_SIZE, php_query
from sandbox.espo.simulator import Simulator
from sandbox.espo.web.exchange import Answer, Call, Context, answered

_CREDENTIALS = ("authorization", "espo-authorization", "x-api-key", "x-hmac-authorization")
Handler = Callable[[Simulator, Context], Answer]


def without_credentials(simulator: Simulator, call: Call) -> Answer | None:
    """Answer what anyone may ask: the public settings."""
    if (
        call.method == "GET"
        and call.segments == ["Settings"]
        and not any(each in call.headers for each in _CREDENTIALS)
    ):
        return answered(about.settings(simulator.config, simulator.zone, simulator.registry, None))
    return None


def serve(simulator: Simulator, context: Context) -> Answer | None:
    """Answer a fixed path; None where the call is about an entity type."""
    segments = context.call.segments
    if segments[:2] == ["Admin", "fieldManager"]:
        return _field_manager(simulator, context, segments[2:])
    handler = _HANDLERS.get((context.call.method, "/".join(segments)))
    return None if handler is None else handler(simulator, context)


def _app_user(simulator: Simulator, context: Context) -> Answer:
    call, access = context.call, context.access
    token = None
    if "espo-authorization" in call.headers:
        token = simulator.auth.issue_token(access.user)
    return answered(
        about.app_user(
            simulator.config,
            simulator.zone,
            simulator.registry,
            simulator.views,
            access,
            token=token,
            address=call.address,
        )
    )


def _settings(simulator: Simulator, context: Context) -> Answer:
    return answered(about.settings(simulator.config, simulator.zone, simulator.registry, context.access))


def _change_settings(simulator: Simulator, context: Context) -> Answer:
    if not context.access.is_admin:
        raise errors.EspoError(403)
    zone = context.call.body().get("timeZone")
    if zone is not None:
        if zone not in available_timezones():
            raise errors.invalid("Settings", "timeZone", "valid")
        simulator.set_zone(str(zone))
    return _settings(simulator, context)


def _metadata(simulator: Simulator, context: Context) -> Answer:
    key = str(php_query(context.call.query).get("key", ""))
    return Answer(200, metadata.at(simulator.registry, context.access, key))


def _texts(simulator: Simulator, context: Context) -> Answer:
    return answered(about.texts(simulator.registry, context.access))


def _global_stream(simulator: Simulator, context: Context) -> Answer:
    if not context.access.switched_on("GlobalStream"):
        raise errors.EspoError(403)
    query = php_query(context.call.query)
    size = int(query.get("maxSize", MAX_SIZE))
    notes = [
        note
        for note in simulator.stream.newest()
        if context.access.allows(str(note["parentType"]), "stream") and note["createdAt"] > str(query.get("after", ""))
    ]
    return answered({"total": -1 if len(notes) > size else -2, "list": notes[:size]})


def _open_api(simulator: Simulator, context: Context) -> Answer:
    if not simulator.config.release.has_open_api:
        raise errors.EspoError(404, "Controller 'OpenApi' does not exist.")
    if not context.access.switched_on("OpenApi"):
        raise errors.EspoError(403)
    paths = [f"/{entity.name}{part}" for entity in simulator.registry.all() for part in ("", "/{id}")]
    info = {"title": "EspoCRM API", "version": "1.0.0"}
    return answered({"openapi": "3.1.1", "info": info, "paths": {path: {} for path in paths}})


def _forbidden(_: Simulator, __: Context) -> Answer:
    raise errors.EspoError(403, "", content_type=errors.HTML_TYPE)


def _field_manager(simulator: Simulator, context: Context, rest: list[str]) -> Answer | None:
    call, administration = context.call, simulator.administration
    match call.method, rest:
        case "POST", [scope]:
            return answered(administration.create_field(context.access, scope, call.body()))
        case "PUT", [scope, name]:
            return answered(administration.change_field(context.access, scope, name, call.body()))
    return None


def _create_entity(simulator: Simulator, context: Context) -> Answer:
    return answered(simulator.administration.create_event_type(context.access, context.call.body()))


def _reset_field(simulator: Simulator, context: Context) -> Answer:
    return answered(simulator.administration.reset_field(context.access, context.call.body()))


def _root(_: Simulator, __: Context) -> Answer:
    return Answer(200, json.dumps("EspoCRM REST API").encode())


_HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", ""): _root,
    ("GET", "App/user"): _app_user,
    ("GET", "App/about"): lambda simulator, _: answered(about.about(simulator.config)),
    ("GET", "Settings"): _settings,
    ("PUT", "Settings"): _change_settings,
    ("PATCH", "Settings"): _change_settings,
    ("GET", "Metadata"): _metadata,
    ("GET", "I18n"): _texts,
    ("GET", "GlobalStream"): _global_stream,
    ("GET", "OpenApi"): _open_api,
    ("GET", "EmailAddress/search"): _forbidden,
    ("POST", "EntityManager/action/createEntity"): _create_entity,
    ("POST", "FieldManager/action/resetToDefault"): _reset_field,
}
