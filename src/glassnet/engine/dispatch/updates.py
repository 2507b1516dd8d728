"""From a line of an optimizer's rule to its kernel, run on a thread's block."""

from __future__ import annotations

from glassnet.engine.codes import CODES, FIRST_INPUT, OUTPUT, UPDATES
from glassnet.engine.compiling import kernel
from glassnet.engine.dispatch.arrays import matrix
from glassnet.engine.kernels import optimizers
from glassnet.engine.kernels.blocks import lengthened

SGD, MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADAM, ADAMW, ADD_TO = (CODES[name] for name in UPDATES)


@kernel
def add(x, y, r0, r1, c0, c1):
    """Y += x."""
    r0, r1, c0, c1 = lengthened(x, r0, r1, c0, c1)
    for i in range(r0, r1):
        for j in range(c0, c1):
            y[i, j] += x[i, j]


@kernel
def update(code, row, settings, where, columns, n, block, zero, rate, step):
    """Run an optimizer's rule on a block of a parameter; `step` is the number of updates before this one."""
    r0, r1, c0, c1 = block
    decay = settings[0]
    g, w = matrix(row, FIRST_INPUT, where, columns, n, zero), matrix(row, OUTPUT, where, columns, n, zero)
    if code == SGD:
        optimizers.sgd(w, g, r0, r1, c0, c1, rate, decay)
    elif code == ADD_TO:
        add(g, w, r0, r1, c0, c1)
    else:
        slot = matrix(row, FIRST_INPUT + 1, where, columns, n, zero)
        if code == MOMENTUM:
            optimizers.momentum(w, g, slot, r0, r1, c0, c1, rate, settings[1], decay)
        elif code == NESTEROV:
            optimizers.nesterov(w, g, slot, r0, r1, c0, c1, rate, settings[1], decay)
        elif code == ADAGRAD:
            optimizers.adagrad(w, g, slot, r0, r1, c0, c1, rate, settings[1], decay)
        elif code == RMSPROP:
            optimizers.rmsprop(w, g, slot, r0, r1, c0, c1, rate, settings[1], settings[2], decay)
        else:
            square = matrix(row, FIRST_INPUT + 2, where, columns, n, zero)
            if code == ADAM:
                optimizers.adam(w, g, slot, square, r0, r1, c0, c1, rate, settings[1], settings[2], settings[3],
                                step + 1, decay)  # fmt: skip
            else:
                optimizers.adamw(w, g, slot, square, r0, r1, c0, c1, rate, settings[1], settings[2], settings[3],
                                 step + 1, decay)  # fmt: skip
