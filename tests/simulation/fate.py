"""How a handler dies: at one of its awaits, counted, and everything that it began dies with it.

A process that is killed has sent what it has sent. So what is awaited when the end comes is carried out, and only then the
handler hears of its end; a statement that was under way is committed or not by a rule and not by chance.
"""

import asyncio
from collections.abc import Coroutine, Generator
from contextvars import Context, ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Fate:
    """How many awaits are left. `family`: whether tasks that are begun by the handler share its end."""

    left: int
    family: bool = True

    @property
    def met(self) -> bool:
        """Whether the end has come."""
        return self.left <= 0


_FATE: ContextVar[Fate | None] = ContextVar("fate", default=None)


class _Mortal(Generic[T]):
    """A coroutine that is cancelled, once, at the first await after its fate is met."""

    def __init__(self, work: Coroutine[Any, Any, T] | Generator[Any, None, T], fate: Fate) -> None:
        self._work = work
        self._fate = fate

    def __await__(self) -> Generator[Any, None, T]:
        told = False
        error: BaseException | None = None
        while True:
            if error is None and self._fate.met and not told:
                error, told = asyncio.CancelledError(), True
            try:
                awaited = self._work.send(None) if error is None else self._work.throw(error)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            error = None
            try:
                yield awaited
            except BaseException as thrown:  # noqa: BLE001 - whatever the loop throws in belongs to the work
                error = thrown
            self._fate.left -= 1


async def dies(work: Coroutine[Any, Any, Any], fate: Fate) -> bool:
    """Carry work out until its end or that of its fate; tell whether it died."""
    before = _FATE.set(fate if fate.family else None)
    try:
        await _Mortal(work, fate)
    except asyncio.CancelledError:
        if not fate.met:
            raise
    finally:
        _FATE.reset(before)
    return fate.met


def task_factory(
    loop: asyncio.AbstractEventLoop,
    work: Coroutine[Any, Any, T] | Generator[Any, None, T],
    /,
    context: Context | None = None,
) -> "asyncio.Task[T]":
    """Make tasks that share the fate of whoever begins them."""
    fate = _FATE.get() if context is None else context.get(_FATE)
    return asyncio.Task(work if fate is None else _shared(work, fate), loop=loop, context=context)


async def _shared(work: Coroutine[Any, Any, T] | Generator[Any, None, T], fate: Fate) -> T:
    return await _Mortal(work, fate)
