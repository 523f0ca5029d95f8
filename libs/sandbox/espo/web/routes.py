"""From paths to rules: EspoCRM's routes as a dispatcher over path segments.

The order is EspoCRM's: who calls, maintenance, then the route. `/{E}`, `/{E}/{id}`, `/{E}/{id}/{link}` and
`/{E}/action/{name}` serve every entity type; a few fixed paths come first.
"""

from http import HTTPStatus
from typing import Any

from sandbox.espo import errors
from sandbox.espo.definitions.field import Entity
from sandbox.espo.records.store import Record
from sandbox.espo.search import params
from sandbox.espo.simulator import Simulator
from sandbox.espo.web import fixed
from sandbox.espo.web.exchange import Answer, Call, Context, answered, no_route, refused, wrong_method

_ACCEPTANCE = ("Meeting", "Call")
_STATUS_OF_BULK = {"massSetHeld": "Held", "massSetNotHeld": "Not Held"}
_DEEPEST = 3


def serve(simulator: Simulator, call: Call) -> tuple[Answer, str | None]:
    """Answer a call; give the name of the user who made it as well, None for nobody."""
    user: Record | None = None
    try:
        if (public := fixed.without_credentials(simulator, call)) is not None:
            return public, None
        user = simulator.auth.identify(call.method, call.path, call.headers, call.address)
        answer = _admitted(simulator, call, user)
    except errors.EspoError as error:
        answer = _challenged(call, refused(error))
    return answer, str(user.values.get("userName")) if user is not None else None


def _admitted(simulator: Simulator, call: Call, user: Record) -> Answer:
    access = simulator.access(user)
    if simulator.maintenance and not access.is_admin:
        text = "Application is in maintenance mode."
        raise errors.EspoError(503, text, {"message": text})
    if access.type in ("regular", "admin"):
        user.values["lastAccess"] = simulator.clock.stamp()
    return _dispatch(simulator, Context(call, access))


def _challenged(call: Call, answer: Answer) -> Answer:
    credentials = ("authorization", "espo-authorization", "x-api-key", "x-hmac-authorization")
    silent = call.method == "POST" or "referer" in call.headers or "x-requested-with" in call.headers
    if (
        answer.status == HTTPStatus.UNAUTHORIZED
        and not silent
        and not any(each in call.headers for each in credentials)
    ):
        answer.headers["WWW-Authenticate"] = 'Basic realm=""'
    return answer


def _dispatch(simulator: Simulator, context: Context) -> Answer:
    if (answer := fixed.serve(simulator, context)) is not None:
        return answer
    call, segments = context.call, context.call.segments
    if len(segments) > _DEEPEST or not segments:
        return no_route()
    if len(segments) == 1 and call.method not in ("GET", "POST"):
        return wrong_method("GET, POST")
    return _of_entity(simulator, context, _entity(simulator, context, segments[0]), segments[1:])


def _entity(simulator: Simulator, context: Context, name: str) -> Entity:
    entity = simulator.registry.get(name)
    if entity is None:
        raise errors.EspoError(404, f"Controller '{name}' does not exist.")
    if entity.name == "Webhook" and context.access.type not in ("api", "admin"):
        raise errors.EspoError(403, "No access to 'Webhook'.")
    if entity.name == "WebhookQueueItem" and not context.access.is_admin:
        raise errors.EspoError(403)
    return entity


def _of_entity(simulator: Simulator, context: Context, entity: Entity, rest: list[str]) -> Answer:
    match rest:
        case []:
            return _collection(simulator, context, entity)
        case ["action", name]:
            return _action(simulator, context, entity, name)
        case [record_id]:
            return _record(simulator, context, entity, record_id)
        case [record_id, link]:
            return _link(simulator, context, entity, record_id, link)
    return no_route()


def _collection(simulator: Simulator, context: Context, entity: Entity) -> Answer:
    call, access = context.call, context.access
    if call.method == "GET":
        search = params.parse(call.query, no_total=call.flag("x-no-total"))
        return answered(simulator.lister.page(access, entity, search))
    skip = call.flag("x-skip-duplicate-check")
    created = simulator.writer.create(access, entity, call.body(), skip_duplicates=skip)
    return answered(created, 201 if entity.name == "Webhook" else 200)


def _record(simulator: Simulator, context: Context, entity: Entity, record_id: str) -> Answer:
    call, access = context.call, context.access
    match call.method:
        case "GET":
            return answered(simulator.views.read(simulator.linker.readable(access, entity, record_id), access))
        case "PUT" | "PATCH":
            version = call.headers.get("x-version-number")
            _check_webhook_url(simulator, entity, call)
            return answered(simulator.writer.update(access, entity, record_id, call.body(), seen_version=version))
        case "DELETE":
            simulator.writer.delete(access, entity, record_id)
            if entity.name == "Webhook":
                simulator.queue.forget(record_id)
            return answered(value=True)
        case _:
            return wrong_method("GET, PUT, PATCH, DELETE")


def _check_webhook_url(simulator: Simulator, entity: Entity, call: Call) -> None:
    url = call.body().get("url") if entity.name == "Webhook" else None
    if isinstance(url, str):
        simulator.registration.check_url(url)


def _link(simulator: Simulator, context: Context, entity: Entity, record_id: str, link: str) -> Answer:
    call, access, linker = context.call, context.access, simulator.linker
    if call.method == "GET":
        if link == "attendees":
            return answered({"list": linker.attendees(access, entity, record_id)})
        if link == "stream":
            notes = simulator.stream.newest(linker.readable(access, entity, record_id))
            return answered({"total": len(notes), "list": notes[: params.MAX_SIZE]})
        return answered(_linked_page(simulator, context, entity, record_id, link))
    body = call.body()
    ids = [body["id"]] if "id" in body else list(body.get("ids", ()))
    change = {"POST": linker.relate, "DELETE": linker.unrelate}.get(call.method)
    if change is None:
        return wrong_method("GET, POST, DELETE")
    return answered(change(access, entity, record_id, link, ids))


def _linked_page(simulator: Simulator, context: Context, entity: Entity, record_id: str, link: str) -> dict[str, Any]:
    call, access = context.call, context.access
    field, records = simulator.linker.linked(access, entity, record_id, link)
    search = params.parse(call.query, no_total=call.flag("x-no-total"))
    page = simulator.lister.of(access, simulator.registry[field.foreign], search, records)
    if field.columns and (search.select is None or "acceptanceStatus" in search.select):
        statuses = simulator.linker.statuses(entity, record_id, link)
        page["list"] = [row | {"acceptanceStatus": statuses[row["id"]]} for row in page["list"]]
    return page


def _action(simulator: Simulator, context: Context, entity: Entity, name: str) -> Answer:
    body, access = context.call.body(), context.access
    if context.call.method != "POST":
        raise errors.EspoError(404)
    if name == "restoreDeleted":
        simulator.writer.restore(access, entity, str(body.get("id")))
    elif name == "setAcceptanceStatus" and entity.name in _ACCEPTANCE:
        simulator.linker.reply(access, entity, str(body.get("id")), str(body.get("status")))
    elif name in _STATUS_OF_BULK and entity.is_event:
        for each in body.get("ids", ()):
            simulator.writer.update(access, entity, str(each), {"status": _STATUS_OF_BULK[name]})
    else:
        raise errors.EspoError(404)
    return answered(value=True)
