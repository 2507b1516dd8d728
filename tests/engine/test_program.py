"""A program's places in memory, and what stands in its table."""

import itertools

import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)

import numpy as np

import glassnet as gn
from glassnet.engine import interpreter
from glassnet.engine.codes import CODES, FIRST_INPUT, INTEGERS, OUTPUT, SHARED


def test_blocks_cover_everything_once():
    for how, rows, columns, threads in itertools.product(
        (0, 1), (0, 1, 2, 7, 100), (1, 31, 32, 33, 64, 200), (1, 2, 3, 5)
    ):
        seen = np.zeros((rows, columns), int)
        for thread in range(threads):
            r0, r1, c0, c1 = interpreter.share.py_func(how, rows, columns, thread, threads, 32)
            seen[r0:r1, c0:c1] += 1
        assert np.all(seen == 1), (how, rows, columns, threads)


def test_arrays_begin_on_lines_of_their_own_and_do_not_overlap(network, training_of):
    program = training_of(network, gn.Adam(), batch_size=7).program
    ends = sorted((array.ctypes.data, array.ctypes.data + array.nbytes) for array in program.arrays.values())
    assert all(begin % 64 == 0 for begin, _ in ends)
    for (_, end), (begin, _) in itertools.pairwise(ends):
        assert -(-end // 64) * 64 <= begin


def test_what_is_given_is_worked_on_where_it_stands(network, training_of):
    training = training_of(network, gn.Adam())
    program = training.program
    for name, array in {**network.parameters, **network.state}.items():
        assert program.where[program.number(name)] == array.ctypes.data
        assert program.columns[program.number(name)] == array.shape[-1]
        assert name not in program.arrays
    for name, array in program.arrays.items():
        assert program.where[program.number(name)] == array.ctypes.data
        assert array.shape == tuple(5 if size == "N" else size for size in training.shapes[name])
    assert program.number("no such name") == -1


def test_a_row_says_which_operation_on_which_arrays_and_how_it_is_shared(network, training_of):
    program = training_of(network, gn.AdamW(), weighted=True).program
    numbers = {number: name for name, number in program.names.items()}
    for row, settings, line in zip(program.table, program.settings, program.lines, strict=True):
        assert (row[0], SHARED[row[2]]) == (CODES[line.operation], line.share)
        assert tuple(numbers.get(number, "") for number in row[FIRST_INPUT:][: len(line.inputs)]) == line.inputs
        assert tuple(numbers[number] for number in row[OUTPUT:][: len(line.outputs)]) == line.outputs
        assert tuple(row[INTEGERS:][: len(line.integers)]) == line.integers
        assert tuple(settings[: len(line.settings)]) == line.settings
