"""Where threads meet in a program: a search for what one thread might read or write too early.

The search knows nothing of how meetings are found (`Line.share`, `Line.reads_all`): a table says of every operation
which numbers its kernel reads and writes, given the block that the interpreter hands it. That the table is true is
tested by running each line in one thread alone, with nan wherever it is not to read. Between two meetings the threads
may run in any order; so between them, nothing that one thread writes may be read or written by another.
"""

import itertools

import numpy as np
import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)

import glassnet as gn
from glassnet.engine import ahead, entry, interpreter
from glassnet.engine.codes import BY_PARTS, BY_ROWS, CODES, COLUMNS, LOSSES, OPERATIONS, PLAIN_PRODUCT, ROWS, X_PARTS
from glassnet.engine.gathering import block_begin, rows_of_part
from glassnet.engine.sparse_rows import GROUP, blocks_of
from glassnet.engine.vectors import MACHINE

OTHERS = {"softmax_with_loss", "weight_shares"}
FORWARD_LOSSES = [name for name in LOSSES if not name.endswith("_backward") and name not in OTHERS]
# What is touched of each input and of each output, as rows and columns of the array: R and C are the block's rows and
# columns, * is all; p: the same in each of an array's pieces. Inputs are read, outputs written; !: written; +: both.
# Of products that leave zeros out, the block's rows may be rows of X's parts, and its rows of W blocks of X's columns.
TOUCHED = {
    "affine": (["R*", "*C", "*C"], ["RC"]),
    "list_columns": (["rows of parts"], ["lists of parts"]),
    "affine_sparse": (["rows of parts", "W of parts", "b of parts", "lists of parts"], ["products of parts"]),
    "affine_dW": (["*R", "*C"], ["RC"]),
    "affine_dW_sparse": (["blocks of columns", "*C", "**"], ["blocks of rows and C"]),
    "affine_dx": (["R*", "C*"], ["RC"]),
    "affine_row": (["**", "**", "**"], ["**"]),
    "update_row": (["**", "**"], ["+**", "+**"]),
    "row_backward": (["**", "**", "**"], ["**", "+**", "+**"]),
    "maxout_pieces": (["R*", "*C", "*C"], ["pRC"]),
    "maxout_dW": (["* and the rows of W", "the pieces of W and C"], ["RC"]),
    "maxout_dx": (["pR*", "pC*"], ["RC"]),
    "maxout_db": (["*C"], ["*C"]),
    "maximum": (["pRC"], ["RC"]),
    "sum_of_parts": (["pRC"], ["RC"]),
    "maximum_backward": (["RC", "pRC"], ["pRC"]),
    "prelu": (["RC", "*C"], ["RC"]),
    "prelu_backward": (["RC", "RC", "RC", "*C"], ["RC"]),
    "prelu_dalpha": (["*C", "*C"], ["*C"]),
    "softmax": (["R*"], ["R*"]),
    "softmax_backward": (["R*", "R*", "R*"], ["R*"]),
    "dropout": (["RC"], ["RC", "RC"]),
    "multiply_by_row": (["RC", "*C"], ["RC"]),
    "mean_of_rows": (["*C"], ["*C"]),
    "variance_of_rows": (["*C", "*C"], ["*C"]),
    "sum_of_rows": (["*C"], ["*C"]),
    "sum_of_products": (["*C", "*C"], ["*C"]),
    "normalize": (["RC", "*C", "*C"], ["RC"]),
    "scale_and_shift": (["RC", "*C", "*C"], ["RC"]),
    "running_average": (["*C", "*C"], ["+*C"]),
    "running_variance": (["*C", "*C"], ["+*C"]),
    "unscale": (["RC", "*C"], ["RC"]),
    "normalize_backward": (["*C", "*C", "*C", "!*C", "!*C"], ["*C"]),
    "softmax_with_loss": (["R*", "R*", "R*"], ["R*", "R*", "R*"]),
    "weight_shares": (["none", "**"], ["**"]),
    "weighted_mean": (["**", "**"], ["none"]),
    "count_right": (["R*", "R*"], []),
    "add": (["RC"], ["+RC"]),
    "sgd": (["RC"], ["+RC"]),
    **dict.fromkeys(("momentum", "nesterov", "adagrad", "rmsprop"), (["RC", "+RC"], ["+RC"])),
    **dict.fromkeys(("adam", "adamw"), (["RC", "+RC", "+RC"], ["+RC"])),
    **dict.fromkeys(("same", "sigmoid", "tanh", "relu", "leaky_relu", "elu"), (["RC"], ["RC"])),
    **dict.fromkeys(
        ("sigmoid_backward", "tanh_backward", "relu_backward", "leaky_relu_backward", "elu_backward", "multiply"),
        (["RC", "RC", "RC"], ["RC"]),
    ),
    **dict.fromkeys(FORWARD_LOSSES, (["R*", "R*", "**"], ["R*"])),
    **{f"{name}_backward": (["R*", "R*", "R*", "**"], ["R*"]) for name in FORWARD_LOSSES},
}
ALL = slice(None)


def test_the_table_has_every_operation():
    assert set(TOUCHED) == set(OPERATIONS)


class Array:
    """The shape of an array as rows × columns; of three axes, the rows of the pieces stand one below the other."""

    def __init__(self, shape, n):
        sizes = [n if size == "N" else size for size in shape]
        sizes = [*sizes, 1] if shape == ("N",) else [1, *sizes] if len(sizes) == 1 else sizes or [1, 1]
        self.shape = (int(np.prod(sizes[:-1])), sizes[-1])
        self.piece = sizes[-2]

    def touched(self, what, block, n_in, parts=()):
        """Return where in the array something is touched; `n_in` is how many columns the line's first input has.

        `parts` are, of each part of X, the rows and columns of X of which a line's block is.
        """
        r0, r1, c0, c1 = block
        mask = np.zeros(self.shape, bool)
        pieces = mask.reshape(-1, self.piece, self.shape[1])
        letters = {"R": slice(r0, r1), "C": slice(c0, c1), "*": ALL}
        if what == "* and the rows of W":
            mask[:, np.unique(np.arange(r0, r1) % n_in)] = True
        elif what == "the pieces of W and C":
            pieces[np.unique(np.arange(r0, r1) // n_in), :, c0:c1] = True
        elif what.startswith("blocks of"):
            those, blocks = slice(r0, r1), blocks_of(n_in)
            if GROUP > 1:  # the lists' blocks
                first, last = ((end * blocks + n_in // 2) // n_in for end in (r0, r1))
                those = slice(*(block_begin.py_func(k, blocks, n_in, 4) for k in (first, last)))
            mask[(those, letters["C"]) if what == "blocks of rows and C" else (ALL, those)] = True
        elif what.endswith("of parts"):
            self.touch_parts(what, mask, pieces, letters["C"], parts)
        elif what.startswith("p"):
            pieces[:, letters[what[1]], letters[what[2]]] = True
        elif what != "none":
            mask[letters[what[0]], letters[what[1]]] = True
        return mask

    @staticmethod
    def touch_parts(what, mask, pieces, columns, parts):
        """Mark what a product touches that leaves zeros out."""
        for part, (rows, those) in enumerate(parts):
            some = rows.start < rows.stop
            if what == "rows of parts":
                mask[rows, those] = True
            elif what == "W of parts":
                mask[those, columns] |= some
            elif what == "b of parts":
                mask[:, columns] |= some and part == 0
            else:
                pieces[part, rows, columns] = True


def arrays_of(training, n):
    """Return the shapes of a training's arrays where the batch has n rows."""
    arrays = {name: Array(shape, n) for name, shape in training.shapes.items()}
    arrays["lists"] = Array((parts_of(training), "N", 1), n)  # here, a number for each row of a part that is listed
    arrays.setdefault("weights", Array(("N",), n))
    return arrays


def parts_of(training):
    """Return how many parts a training's X has."""
    return max(1, int(training.memory.lists[X_PARTS]))


def parts_touched(training, block, n):
    """Return, of each part of X, the rows and columns of X that a block of groups of rows stands for."""
    n_in, parts = training.network.n_in, parts_of(training)
    ends = [block_begin.py_func(part * (blocks_of(n_in) // parts), blocks_of(n_in), n_in, 4) for part in range(parts)]
    rows = [slice(*rows_of_part.py_func(block, part, parts, n)) for part in range(parts)]
    return [(of_part, slice(*ends)) for of_part, ends in zip(rows, itertools.pairwise([*ends, n_in]), strict=True)]


def share_of(how, rows, columns, training, thread):
    """Return the block that the interpreter hands a thread."""
    unit = MACHINE.bytes * MACHINE.tile_vectors // training.network.dtype.itemsize
    return interpreter.share.py_func(how, rows, columns, thread, training.crew.threads, unit)


def block_of(training, row, n, thread):
    """Return a thread's block in a line; None if there is nothing to do for it."""
    block = share_of(int(row[2]), n if row[ROWS] < 0 else int(row[ROWS]), int(row[COLUMNS]), training, thread)
    needed = row[0] == CODES["weighted_mean"]
    return block if needed or (block[0] < block[1] and block[2] < block[3]) else None


def accesses(training, line, arrays, n, block):
    """Yield (name, where, whether it is written) for all that a line touches in a thread's block."""
    if block is None:
        return
    inputs, outputs = TOUCHED[line.operation]
    outputs = outputs[: len(line.outputs)]  # there may be no bias
    if line.operation == "affine_dW" and line.integers != (PLAIN_PRODUCT,):
        outputs = ["+RC"]  # it is added to what is there
    if line.operation == "affine_dW_sparse" and line.integers != (PLAIN_PRODUCT,):
        outputs = [f"+{outputs[0]}"]
    n_in = arrays[line.inputs[0]].shape[1] if line.inputs[0] else 0
    parts = parts_touched(training, block, n)
    touched = [
        (name, what, "!" not in what, "!" in what or "+" in what)
        for name, what in zip(line.inputs, inputs, strict=False)
    ]
    touched += [(name, what, "+" in what, True) for name, what in zip(line.outputs, outputs, strict=True)]
    for name, what, reads, writes in touched:
        if name:
            where = arrays[name].touched(what.lstrip("+!"), block, n_in, parts)
            yield from ((name, where, written) for written, does in ((False, reads), (True, writes)) if does)


class Stretch:
    """What the threads touch between two meetings."""

    def __init__(self, threads):
        self.threads = range(threads)
        self.touched = {}

    def add(self, thread, name, where, *, written):
        nothing = np.zeros_like(where)
        reads, writes = self.touched.setdefault((name, thread), (nothing, nothing.copy()))
        (writes if written else reads)[where] = True

    def races(self):
        """Return the names of which one thread touches what another writes."""
        return {
            name
            for (name, one), (_, writes) in self.touched.items()
            for other in self.threads
            if other != one and (name, other) in self.touched
            if (writes & np.logical_or(*self.touched[name, other])).any()
        }


def races(training, n, meets=None):
    """Return the names that two threads may touch at once, one of them writing, in a batch of n rows."""
    program, threads = training.program, training.crew.threads
    meets = program.table[:, 1] if meets is None else meets
    arrays, found, done_by_all = arrays_of(training, n), set(), set()
    stretch = Stretch(threads)
    for thread in range(threads):  # gathering
        rows = share_of(BY_ROWS, n, 1, training, thread)
        listed = share_of(BY_PARTS, n, 1, training, thread) if parts_of(training) > 1 else rows
        x = arrays["X"].touched("rows of parts", listed, 0, parts_touched(training, listed, n))
        stretch.add(thread, "X", x, written=True)
        for name in ("t", "weights"):
            stretch.add(thread, name, arrays[name].touched("R*", rows, 0), written=True)
    for row, line, meet in zip(program.table, program.lines, meets, strict=True):
        if meet:
            found |= stretch.races()
            stretch = Stretch(threads)
        for thread in range(threads):
            for name, where, written in accesses(training, line, arrays, n, block_of(training, row, n, thread)):
                if written and line.share == "every":
                    done_by_all.add(name)  # each writes all of it, the same numbers, before it reads them
                elif name not in done_by_all:
                    stretch.add(thread, name, where, written=written)
    return found | stretch.races()


class OneThread:
    """A training whose lines are run one at a time, each in one of its threads alone."""

    def __init__(self, training, n):
        self.training, self.n, self.threads = training, n, training.crew.threads
        self.arrays = {**training.program.arrays, **training.program.kept}
        rng = np.random.default_rng(0)
        for array in self.arrays.values():
            array[...] = rng.uniform(0.1, 0.9, array.shape)
        self.begin = {name: array.copy() for name, array in self.arrays.items()}
        self.barrier = np.zeros(40, dtype=np.int64)
        if training.sparse:  # where the rows stand that are to be listed
            x = self.arrays["X"]
            training.memory._sources[:, :n] = x.ctypes.data + x.strides[0] * np.arange(n)
        for queue in training.memory._queues:  # there is nothing to ask for ahead
            queue[[ahead.AT, ahead.END]] = queue.ctypes.data + 8 * ahead.ROWS

    def rows(self, name):
        """Return those rows of an array that the batch has, as a view of rows × columns, or a copy of three axes."""
        shape = self.training.shapes[name]
        return self.there(name).reshape(Array(shape, self.n).shape)

    def there(self, name):
        """Return the part of an array that counts: the batch's rows, and no more columns than there are."""
        shape = self.training.shapes[name]
        return self.arrays[name][(*(slice(self.n if size == "N" else size) for size in shape), ...)]

    def put(self, name, where, values):
        """Put values into an array."""
        rows = self.rows(name)
        rows[where] = values
        there = self.there(name)
        there[...] = rows.reshape(there.shape)

    def run(self, index, thread, poison):
        """Run a line as one of the threads, with nan where `poison` says; return the batch's loss and right answers.

        The thread takes itself for the last one to come to the meeting at the beginning, and meets no more.
        """
        for name, array in self.arrays.items():
            array[...] = self.begin[name]
        for name, where in poison.items():
            self.put(name, where, np.nan)
        training, program = self.training, self.training.program
        place = -(-self.barrier.ctypes.data // 64) * 64
        self.barrier[(place - self.barrier.ctypes.data) // 8] = self.threads - 1
        # Behind a line that is not run, since before the first one samples are gathered.
        table, settings = (array[[index, index]] for array in (program.table, program.settings))
        table[:, 1] = 0
        losses, right = np.full(1, 7.0), np.full((1, self.threads), 7)
        entry.interpreter(training.network.dtype)(
            thread, self.threads, place, training.memory.contexts[thread], training.memory.lists, training.zero, table,
            settings, program.where, program.columns, training.data.addresses, np.zeros(0, dtype=np.int64), 0, self.n,
            self.n, 3, training.seed, np.full(1, 0.125), losses, right, 1, 2,
            np.zeros((0, 3), dtype=np.int64),
        )  # fmt: skip
        return [*losses, *right[0]]

    def check(self, index, thread):
        """Check that a line reads and writes what the table says, and nothing else."""
        line, row = self.training.program.lines[index], self.training.program.table[index]
        arrays, names = arrays_of(self.training, self.n), {*line.inputs, *line.outputs} - {"", "lists"}
        reads, writes = ({name: np.zeros(arrays[name].shape, bool) for name in names} for _ in range(2))
        block = block_of(self.training, row, self.n, thread)
        for name, where, written in accesses(self.training, line, arrays, self.n, block):
            if name != "lists":
                (writes if written else reads)[name] |= where
        answers = self.run(index, thread, {})
        found = {name: self.rows(name)[writes[name]] for name in names}
        for name in names:
            self.put(name, writes[name], np.broadcast_to(self.begin_rows(name), arrays[name].shape)[writes[name]])
        for name, array in self.arrays.items():
            width = (self.training.shapes.get(name) or (1,))[-1]  # what is behind rows of whole vectors is nobody's
            own = (..., slice(width if isinstance(width, int) else None)) if array.ndim else ()
            np.testing.assert_array_equal(
                array[own], self.begin[name][own], err_msg=f"{line} wrote elsewhere in {name}"
            )
        assert self.run(index, thread, {name: ~where for name, where in reads.items()}) == answers, line
        for name in names:
            np.testing.assert_array_equal(self.rows(name)[writes[name]], found[name], err_msg=f"{line} read more")

    def begin_rows(self, name):
        """Return the rows of an array as they were at the beginning."""
        now, self.arrays[name] = self.arrays[name], self.begin[name]
        rows = self.rows(name)
        self.arrays[name] = now
        return rows


@pytest.mark.parametrize(
    ("n", "options"),
    [(5, {}), (1, {}), (5, {"weighted": True, "sparse": True, "fuse": False}), (1, {"batch_size": 1})],
)
def test_kernels_read_and_write_what_the_table_says(n, options, network, training_of):
    training = training_of(network, gn.Adam() if "fuse" in options else gn.SGD(), **options)
    one_thread = OneThread(training, n)
    for (index, line), thread in itertools.product(enumerate(training.program.lines), range(2)):
        if line.operation == "list_columns":
            one_thread.run(index, thread, {})
        else:
            one_thread.check(index, thread)


RULES = [gn.SGD(), gn.SGD(weight_decay=0.1), gn.Momentum(), gn.Adam()]
OPTIONS = [{}, {"weighted": True, "fuse": False}, {"sparse": True}]


@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize(("n", "batch_size"), [(5, 5), (1, 5), (1, 1)])
def test_between_two_meetings_no_thread_touches_what_another_writes(n, batch_size, threads, network, training_of):
    for optimizer, options in itertools.product(RULES, OPTIONS):
        training = training_of(network, optimizer, threads=threads, batch_size=batch_size, **options)
        assert races(training, n) == set(), (optimizer, options)


def test_the_search_finds_a_race_for_every_meeting_that_is_left_out(network, training_of):
    """So the search can find something; and no meeting could be spared, however many threads there are."""
    spared = []
    for threads in (2, 3):
        training = training_of(network, gn.SGD(), batch_size=64, threads=threads)
        meets = training.program.table[:, 1].astype(bool)
        spared.append(set())
        for index in np.flatnonzero(meets):
            left_out = meets.copy()
            left_out[index] = False
            if not races(training, 64, left_out):
                spared[-1].add((index, training.program.lines[index].operation))
    assert set.intersection(*spared) == set()


def test_the_first_line_waits_for_what_others_gather(training_of):
    network = gn.Network([gn.Dense(4, 300)], "mean_squared_error")
    training = training_of(network, gn.SGD())
    assert training.program.lines[0].share == "columns"  # so that each thread reads all rows of X
    assert training.program.table[0, 1] == 1


def test_one_thread_meets_nobody(network, training_of):
    assert not training_of(network, gn.Adam(), threads=1).program.table[:, 1].any()
