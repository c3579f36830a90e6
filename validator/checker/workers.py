"""Worker processes that run a function on tasks; the results keep the order of the tasks, also if a process dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 4
"""Tasks for each worker that are begun before their turn, at most; their results are kept until then."""

MOST = 61 if os.name == "nt" else 1_000
"""Workers at a time: Windows waits for no more connections at once."""


@dataclass(frozen=True, slots=True)
class _Order(Generic[T]):
    """A task for a worker; `is_retry` is whether another worker has died of it."""

    number: int
    task: T
    is_retry: bool = False


@dataclass(frozen=True, slots=True)
class _Raised:
    """An exception that the work raised, in place of a result."""

    bug: Exception


class _Worker:
    """A process that runs the work on the tasks that it is sent, one after another."""

    def __init__(self, work: Callable[[T], R]) -> None:
        # Spawned, not forked: this process may have threads, and a worker is to be the same on every system.
        context = get_context("spawn")
        self.connection, connection_of_worker = context.Pipe()
        self._process = context.Process(target=_serve, args=(connection_of_worker, work), daemon=True)
        with _interrupts_blocked():
            self._process.start()
        connection_of_worker.close()

    def send(self, task: object) -> bool:
        """Send the process a task, and return whether it was alive to receive it."""
        if self._process.is_alive():
            with suppress(OSError):
                self.connection.send(task)
                return True
        return False

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self.connection.close()


def ordered_map(work: Callable[[T], R], tasks: Iterable[T], jobs: int) -> Iterator[tuple[T, R | None]]:
    """Yield each task with its result, in the order of the tasks; the work is done in a number of processes, `jobs`.

    A task whose worker dies, killed or out of memory, is sent to another one; if that dies too, its result is None. `work`,
    the tasks and the results are pickled. An exception that `work` raises is raised in the turn of its task.
    """
    new_orders = (_Order(number, task) for number, task in enumerate(tasks))
    returned: list[_Order[T]] = []
    idle: list[_Worker] = []
    busy: dict[Connection, tuple[_Worker, _Order[T]]] = {}
    results: dict[int, tuple[T, R | _Raised | None]] = {}
    turn = 0
    try:
        while True:
            while len(busy) < min(jobs, MOST) and (order := _next(returned, new_orders, has_room=len(busy) + len(results) < _AHEAD * jobs)):
                worker = _assign(order, idle, work)
                busy[worker.connection] = worker, order
            ready = wait(busy, 0 if turn in results else None) if busy else ()
            for worker, order in [pair for connection, pair in busy.items() if connection in ready]:
                del busy[worker.connection]
                try:
                    results[order.number] = order.task, worker.connection.recv()
                    idle.append(worker)
                except (EOFError, OSError):
                    worker.end()
                    if order.is_retry:
                        results[order.number] = order.task, None
                    else:
                        returned.append(replace(order, is_retry=True))
            if turn in results:
                task, result = results.pop(turn)
                if isinstance(result, _Raised):
                    raise result.bug
                yield task, result
                turn += 1
            elif not busy and not returned:
                return
    finally:
        for worker in (*idle, *(worker for worker, _ in busy.values())):
            worker.end()


def _next(returned: list[_Order[T]], new_orders: Iterator[_Order[T]], *, has_room: bool) -> _Order[T] | None:
    """Remove and return the order to send next: one that came back, or else a new one if there is room for its result."""
    return returned.pop() if returned else next(new_orders, None) if has_room else None


def _assign(order: _Order[T], idle: list[_Worker], work: Callable[[T], R]) -> _Worker:
    """Send a task to an idle worker, or else to a new one, and return the worker. A retry is for a new one."""
    while idle and not order.is_retry:
        worker = idle.pop()
        if worker.send(order.task):
            return worker
        worker.end()  # it has died since its last task
    worker = _Worker(work)
    worker.send(order.task)
    return worker


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block Ctrl-C, which the terminal sends to all processes, so that a process that starts in the block never receives it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker  # late: it is for POSIX

    resource_tracker.ensure_running()  # before the block, as its start unblocks SIGINT
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, work: Callable[[T], R]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what follows Ctrl-C
    with suppress(EOFError, BrokenPipeError):  # the parent is gone
        while True:
            task = connection.recv()
            try:
                connection.send(work(task))
            except MemoryError:
                return
            except Exception as bug:  # noqa: BLE001 - raised in the parent
                connection.send(_Raised(bug))
