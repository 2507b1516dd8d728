"""How many cores there are: two hardware threads of one core count once."""

import os

import pytest

from glassnet.engine import cores
from glassnet.engine.cores import physical_cores


def test_there_is_one_at_least_and_no_more_than_hardware_threads():
    assert 1 <= physical_cores() <= os.cpu_count()


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Return a function that puts a machine in place of this one: the cores of each processor, and those usable."""

    def put(siblings, usable):
        for cpu, core in enumerate(siblings):
            folder = tmp_path / f"cpu{cpu}" / "topology"
            folder.mkdir(parents=True)
            if core is not None:
                (folder / "core_cpus_list").write_text(f"{core}\n")
        monkeypatch.setattr(cores, "_TOPOLOGY", tmp_path)
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid: usable, raising=False)

    return put


@pytest.mark.parametrize(
    ("siblings", "usable", "expected"),
    [
        (["0,4", "1,5", "2,6", "3,7"] * 2, set(range(8)), 4),  # two hardware threads a core
        (["0-1", "0-1", "2-3", "2-3"], {0, 1, 2, 3}, 2),
        (["0,4", "1,5", "2,6", "3,7"] * 2, {0, 4}, 1),  # both threads of one core
        (["0,4", "1,5", "2,6", "3,7"] * 2, {0, 1, 6}, 3),
        (["0", "1"], {0, 1}, 2),  # one thread a core
        ([None, None, None], {0, 1, 2}, 3),  # a system that does not tell
    ],
)
def test_hardware_threads_of_one_core_count_once_and_only_usable_ones_count(machine, siblings, usable, expected):
    machine(siblings, usable)
    assert physical_cores() == expected


def test_a_system_without_affinity_counts_all(machine, monkeypatch):
    machine(["0-1", "0-1"], set())
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert physical_cores() == 1
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert physical_cores() == 1
