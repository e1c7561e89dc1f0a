"""The engines: order does not matter, a bad task costs itself and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emubatch.engine import Engine, EngineError, TaskFailure, open_engine

JOBS = 2


def double(task: int) -> int:
    return task * 2


def misbehave(task: str) -> str:
    """Tasks by name; the ones that hang wait for a pipe that nobody writes to."""
    if task == "abort":
        os.abort()
    if task == "exit":
        os._exit(3)
    if task == "hang":
        reading, _writing = os.pipe()
        os.read(reading, 1)
    if task == "raise":
        raise LookupError("lost")
    if task == "unpicklable":
        return lambda: None  # type: ignore[return-value]
    return task.upper()


def memory(_: int) -> int:
    return len(bytearray(8 << 30))


@pytest.fixture(scope="module", params=[0, JOBS], ids=["here", "processes"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with open_engine(request.param) as engine:
        yield engine


def test_every_task_comes_back_once_with_its_index(engine: Engine) -> None:
    tasks = list(range(100))
    assert sorted(engine.map(double, tasks)) == [(n, 2 * n) for n in tasks]
    assert list(engine.map(double, [])) == []


def test_a_task_that_raises_costs_itself(engine: Engine) -> None:
    found = dict(engine.map(misbehave, ["a", "raise", "b"]))
    assert (found[0], found[2]) == ("A", "B")
    failure = found[1]
    assert isinstance(failure, TaskFailure)
    assert (failure.kind, failure.detail) == ("error", "LookupError")
    assert "lost" in failure.log


@pytest.mark.parametrize("end", ["abort", "exit"])
def test_a_worker_that_dies_costs_one_task(end: str) -> None:
    tasks = [*"abcdefghijklmnopqrstuvwxyz" * 2]
    tasks[20] = end
    with open_engine(JOBS) as engine:
        found = dict(engine.map(misbehave, tasks))
        assert len(found) == len(tasks)
        failure = found.pop(20)
        assert isinstance(failure, TaskFailure)
        assert failure.kind == "died"
        assert found == {i: t.upper() for i, t in enumerate(tasks) if i != 20}
        # and the engine goes on working
        assert dict(engine.map(double, [1, 2])) == {0: 2, 1: 4}


def test_a_task_that_hangs_is_stopped() -> None:
    tasks = [*"abcdefghijkl"]
    tasks[5] = "hang"
    with open_engine(JOBS, seconds=2) as engine:
        found = dict(engine.map(misbehave, tasks))
    failure = found.pop(5)
    assert failure == TaskFailure("timeout", seconds=2)
    assert found == {i: t.upper() for i, t in enumerate(tasks) if i != 5}


def test_a_result_that_cannot_be_sent_is_a_failure_of_its_task() -> None:
    with open_engine(1) as engine:
        found = dict(engine.map(misbehave, ["a", "unpicklable", "b"]))
    assert isinstance(found[1], TaskFailure)
    assert found[1].kind == "died"
    assert (found[0], found[2]) == ("A", "B")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of this kind")
def test_a_worker_may_not_take_all_memory() -> None:
    with open_engine(1) as engine:
        ((_, failure),) = engine.map(memory, [0])
    assert isinstance(failure, TaskFailure)
    assert (failure.kind, failure.detail) == ("error", "MemoryError")


def reserve(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


@pytest.mark.skipif(sys.platform != "linux", reason="bounds of memory are kept by Linux")
def test_the_bound_of_memory_may_be_set() -> None:
    with open_engine(1, memory_mb=500) as engine:
        found = dict(engine.map(reserve, [1, 600]))
    assert found[0] == 1 << 20
    failure = found[1]
    assert isinstance(failure, TaskFailure)
    assert (failure.kind, failure.detail) == ("error", "MemoryError")


def test_an_exception_in_the_parent_stops_the_workers(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), open_engine(1) as engine:
        for _ in engine.map(misbehave, ["a", "hang"]):
            raise KeyboardInterrupt


def test_a_cluster_without_dask_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(EngineError, match=r"emubatch\[cluster\]"),
        open_engine(0, cluster="tcp://x:1"),
    ):
        pass


def test_a_cluster_runs_the_same_tasks() -> None:
    distributed = pytest.importorskip("distributed", reason="extra «cluster» is not installed")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        open_engine(0, cluster=cluster.scheduler_address) as engine,
    ):
        found = dict(engine.map(misbehave, ["a", "raise", "b"]))
    assert (found[0], found[2]) == ("A", "B")
    assert isinstance(found[1], TaskFailure)
    assert (found[1].kind, found[1].detail) == ("error", "LookupError")
