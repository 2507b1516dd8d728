"""How many threads work: those that are faster just now."""

import numpy as np

from glassnet.training.team import AGAIN, Team


def work(team, seconds, stretches, *, got=0.5):
    """Let a team work; return the number of threads of each stretch.

    `seconds` is what each number takes for a step, `got` the share of it for which threads have a processor.
    """
    used = []
    for _ in range(stretches):
        used.append(team.now())
        team.took(seconds[used[-1]] * 1000, 1000, got)
    return used


def test_all_work_where_nobody_disturbs_them():
    assert work(Team(2), {2: 9e-4, 1: 2e-4}, 100, got=0.94) == [2] * 100


def test_one_thread_is_tried_once_where_all_are_faster():
    assert work(Team(3), {3: 1e-4, 1: 2e-4}, 200) == [3, 3, 1] + [3] * 197


def test_where_one_is_faster_all_are_tried_again_now_and_then():
    used = work(Team(2), {2: 9e-4, 1: 2e-4}, 1000)
    tries = [stretch for stretch, threads in enumerate(used) if threads == 2]
    assert tries[:3] == [0, 1, 2 + AGAIN[0]]
    assert np.diff(tries)[-1] == AGAIN[1] + 1


def test_a_little_faster_alone_is_not_enough():
    assert work(Team(2), {2: 1.1e-4, 1: 1e-4}, 50).count(1) == 1


def test_another_program_comes_and_goes():
    team = Team(2)
    idle, busy = {2: 5e-5, 1: 1e-4}, {2: 7e-4, 1: 1e-4}
    assert work(team, idle, 10, got=1) == [2] * 10
    assert work(team, busy, 5)[-1] == 1
    assert 2 in work(team, idle, AGAIN[1] + 2, got=1)
    assert work(team, idle, 5, got=1) == [2] * 5


def test_steps_that_become_slow_are_enough_to_try():
    team = Team(2)
    assert work(team, {2: 5e-5, 1: 1e-4}, 10, got=1) == [2] * 10
    assert work(team, {2: 7e-4, 1: 1e-4}, 5, got=1)[-1] == 1


def test_short_stretches_tell_nothing():
    team = Team(2)
    team.took(0.1, 1, 0.5)  # the first one of all
    team.took(3e-3, 4, 0.5)
    team.took(0.01, 0, 0.5)
    assert team.now() == 2


def test_one_thread_stays_alone():
    assert work(Team(1), {1: 1.0}, 100) == [1] * 100


def test_a_try_is_one_stretch():
    team, tries = Team(2), []
    for _ in range(100):
        tries.append((team.now(), team.trying))
        team.took({2: 9e-2, 1: 2e-2}[team.now()], 100, 0.5)
    assert tries[:4] == [(2, False), (2, False), (1, True), (1, False)]
    assert (2, True) in tries
    assert (2, False) not in tries[2:]


def test_long_steps_are_left_to_all_threads():
    assert work(Team(2), {2: 0.03, 1: 0.02}, 20) == [2] * 20
