"""Runs one function over many tasks: in this process, in worker processes, or on a Dask cluster.

A file that aborts, hangs or exhausts a worker costs that one file. Worker processes come from
pebble: each task has its time-out and a dead worker is replaced, where the pool of the standard
library breaks for every later task.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, as_completed
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from pebble import ProcessPool

Task = TypeVar("Task")
Result = TypeVar("Result")

SECONDS = 30.0
"""Time-out of one task; a form takes some milliseconds."""

MEMORY_MB = 2_048
"""What a worker process may take, where the system can bound it."""

_LARGEST_CHUNK = 16


@dataclass(frozen=True, slots=True)
class TaskFailure:
    """Why a task has no result.

    ``kind`` is ``died`` (the worker stopped), ``timeout`` (after ``seconds``) or ``error`` (the
    function raised; ``detail`` is the kind of exception, ``log`` its traceback).
    """

    kind: Literal["died", "timeout", "error"]
    detail: str = ""
    seconds: int = 0
    log: str = ""


class EngineError(Exception):
    """The engine asked for cannot be had; the text says what is missing."""


class Engine(Protocol):
    """Something that runs tasks."""

    def map(
        self, function: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[int, Result | TaskFailure]]:
        """Index and result of every task, in the order in which they end."""
        ...


def open_engine(
    jobs: int,
    cluster: str | None = None,
    seconds: float = SECONDS,
    memory_mb: int = MEMORY_MB,
) -> AbstractContextManager[Engine]:
    """An engine for as long as the ``with`` block lasts.

    Args:
        jobs: number of worker processes; 0 runs everything in this process, where nothing can
            stop a task that hangs.
        cluster: address of a Dask scheduler, used instead of processes of our own.
        seconds: time-out of one task.
        memory_mb: bound of a worker process.

    Raises:
        EngineError: on entry, when a cluster is asked for and Dask is not installed.
    """
    if cluster:
        return _dask(cluster)
    return _pebble(jobs, seconds, memory_mb << 20) if jobs > 0 else _here()


# --- in this process -----------------------------------------------------------------------------


class _Here:
    def map(
        self, function: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[int, Result | TaskFailure]]:
        for index, task in enumerate(tasks):
            yield index, _tried(function, task)


@contextmanager
def _here() -> Iterator[Engine]:
    yield _Here()


def _tried(function: Callable[[Task], Result], task: Task) -> Result | TaskFailure:
    try:
        return function(task)
    except Exception as error:
        return TaskFailure("error", type(error).__name__, log=traceback.format_exc())


def _chunk(function: Callable[[Any], Any], tasks: Sequence[Any]) -> list[Any]:
    """Several tasks in one trip to a worker; what one raises is its own."""
    return [_tried(function, task) for task in tasks]


# --- worker processes ----------------------------------------------------------------------------


class _Pebble:
    """Sends tasks in chunks; the tasks of a chunk that fails are sent again one by one."""

    def __init__(self, pool: ProcessPool, jobs: int, seconds: float) -> None:
        self.pool = pool
        self.jobs = jobs
        self.seconds = seconds

    def map(
        self, function: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[int, Result | TaskFailure]]:
        size = max(1, min(_LARGEST_CHUNK, len(tasks) // (self.jobs * 4)))
        indices = range(len(tasks))
        chunks = [list(indices[at : at + size]) for at in range(0, len(tasks), size)]
        again: list[int] = []
        for chunk, results in self._run(function, tasks, chunks):
            if not isinstance(results, TaskFailure):
                yield from zip(chunk, results, strict=True)
            elif len(chunk) == 1:
                yield chunk[0], results
            else:
                again += chunk
        for chunk, results in self._run(function, tasks, [[index] for index in sorted(again)]):
            yield chunk[0], results if isinstance(results, TaskFailure) else results[0]

    def _run(
        self, function: Callable[[Any], Any], tasks: Sequence[Any], chunks: list[list[int]]
    ) -> Iterator[tuple[list[int], list[Any] | TaskFailure]]:
        waiting: dict[Future[Any], list[int]] = {}
        for chunk in chunks:
            # The time of one task for all of them: if one hangs, the others are soon tried again.
            future: Future[Any] = self.pool.schedule(
                _chunk,
                args=(function, [tasks[index] for index in chunk]),
                timeout=self.seconds,
            )
            waiting[future] = chunk
        for future in as_completed(waiting):
            yield waiting.pop(future), self._result(future)

    def _result(self, future: Future[Any]) -> list[Any] | TaskFailure:
        from pebble import ProcessExpired

        try:
            found: list[Any] = future.result()
        except TimeoutError:
            return TaskFailure("timeout", seconds=round(self.seconds))
        except ProcessExpired as error:
            return TaskFailure("died", f"exit {error.exitcode}")
        except Exception as error:  # a task or result that cannot be sent
            return TaskFailure("error", type(error).__name__, log=traceback.format_exc())
        return found


@contextmanager
def _pebble(jobs: int, seconds: float, memory: int) -> Iterator[Engine]:
    from multiprocessing import get_context

    from pebble import ProcessPool

    pool: Any = ProcessPool(
        max_workers=jobs,
        context=get_context("spawn"),
        initializer=_start_worker,
        initargs=(memory,),
    )
    with _no_interrupts():
        pool.schedule(_nothing)  # starts the threads from which workers are born
    try:
        yield _Pebble(pool, jobs, seconds)
        pool.close()
    except BaseException:
        pool.stop()
        raise
    finally:
        pool.join()


def _nothing() -> None:
    """A first task, so that the pool starts when we say."""


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Whatever is started here never sees Ctrl-C: only the parent answers it, with one line."""
    signals = {signal.SIGINT}
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # its own start would let interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker(memory: int) -> None:
    """Bounds the memory of a worker; Windows has no such limit and relies on the reader's own.

    What a worker cannot close on a full disk is no news: the task itself has failed and says so.
    """
    sys.unraisablehook = lambda found: None
    with suppress(OSError):  # what parsers say when they abort is for their makers, not for offices
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        if most in (resource.RLIM_INFINITY, -1) or most > memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, most))


# --- a Dask cluster ------------------------------------------------------------------------------


class _Dask:
    """Every task by itself: Dask batches them, and retries those of a lost worker."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor

    def map(
        self, function: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[int, Result | TaskFailure]]:
        waiting = {
            self.executor.submit(_tried, function, task): index for index, task in enumerate(tasks)
        }
        for future in as_completed(waiting):
            yield waiting[future], self._result(future)

    def _result(self, future: Future[Any]) -> Any:
        try:
            return future.result()
        except Exception as error:
            kind: Literal["died", "error"] = (
                "died" if type(error).__name__ == "KilledWorker" else "error"
            )
            return TaskFailure(kind, type(error).__name__, log=traceback.format_exc())


@contextmanager
def _dask(address: str) -> Iterator[Engine]:
    try:
        from distributed import Client
    except ImportError as error:
        raise EngineError("dask.distributed: pip install 'emubatch[cluster]'") from error
    with Client(address) as client, client.get_executor(pure=False) as executor:
        yield _Dask(executor)
