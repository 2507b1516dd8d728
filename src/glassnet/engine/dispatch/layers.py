"""From a line of an activation, of dropout or of batch normalization to its kernel, run on a thread's block."""

from __future__ import annotations

from numba import carray

from glassnet.engine.codes import (
    ACTIVATIONS,
    ACTIVATIONS_BACKWARD,
    CAPACITY,
    CODES,
    FIRST_INPUT,
    INTEGERS,
    NORMALIZATIONS,
    OUTPUT,
    PARTS,
    SIZE,
)
from glassnet.engine.compiling import kernel
from glassnet.engine.dispatch.arrays import matrix, vector
from glassnet.engine.kernels import activations, dropout, normalization, rows
from glassnet.engine.memory import pointer

(
    SAME, SIGMOID, TANH, RELU, LEAKY_RELU, ELU, PRELU, SOFTMAX, MAXIMUM, SUM_OF_PARTS, SIGMOID_BACKWARD, TANH_BACKWARD,
    RELU_BACKWARD, LEAKY_RELU_BACKWARD, ELU_BACKWARD, PRELU_BACKWARD, PRELU_DALPHA, SOFTMAX_BACKWARD, MAXIMUM_BACKWARD,
) = (CODES[name] for name in (*ACTIVATIONS, *ACTIVATIONS_BACKWARD))  # fmt: skip
(
    MAXOUT_DB, DROPOUT, MULTIPLY, MULTIPLY_BY_ROW, MEAN_OF_ROWS, VARIANCE_OF_ROWS, NORMALIZE, SCALE_AND_SHIFT,
    RUNNING_AVERAGE, RUNNING_VARIANCE, SUM_OF_ROWS, SUM_OF_PRODUCTS, UNSCALE, NORMALIZE_BACKWARD,
) = (CODES[name] for name in NORMALIZATIONS)  # fmt: skip


@kernel
def activation(code, row, settings, where, columns, n, block, context, zero):
    """Run an activation function."""
    r0, r1, c0, c1 = block
    first = matrix(row, FIRST_INPUT, where, columns, n, zero)
    if code == SAME:
        activations.same(first, matrix(row, OUTPUT, where, columns, n, zero), r0, r1, c0, c1)
    elif code == SIGMOID:
        activations.sigmoid(first, matrix(row, OUTPUT, where, columns, n, zero), r0, r1, c0, c1)
    elif code == TANH:
        activations.tanh(first, matrix(row, OUTPUT, where, columns, n, zero), r0, r1, c0, c1)
    elif code == RELU:
        activations.relu(first, matrix(row, OUTPUT, where, columns, n, zero), r0, r1, c0, c1)
    elif code == LEAKY_RELU:
        activations.leaky_relu(first, matrix(row, OUTPUT, where, columns, n, zero), r0, r1, c0, c1, settings[0])
    elif code == ELU:
        activations.elu(first, matrix(row, OUTPUT, where, columns, n, zero), r0, r1, c0, c1, settings[0])
    elif code == PRELU:
        alpha = vector(row, FIRST_INPUT + 1, where, columns[row[FIRST_INPUT]], zero)
        activations.prelu(first, alpha, matrix(row, OUTPUT, where, columns, n, zero), r0, r1, c0, c1)
    elif code == SOFTMAX:
        rows.softmax(first, matrix(row, OUTPUT, where, columns, n, zero), r0, r1)
    elif code == MAXIMUM:
        pieces = carray(pointer(where[row[FIRST_INPUT]], zero),
                        (row[INTEGERS], context[CAPACITY], columns[row[FIRST_INPUT]]))  # fmt: skip
        rows.maximum(pieces, matrix(row, OUTPUT, where, columns, n, zero), r0, r1, c0, c1)
    elif code == SUM_OF_PARTS:
        parts = carray(pointer(where[row[FIRST_INPUT]], zero), (PARTS, context[CAPACITY], columns[row[FIRST_INPUT]]))
        rows.sum_of_parts(parts, matrix(row, OUTPUT, where, columns, n, zero), r0, r1, c0, c1)


@kernel
def activation_backward(code, row, settings, where, columns, n, block, context, zero):
    """Run the chain rule through an activation function."""
    r0, r1, c0, c1 = block
    dy = matrix(row, FIRST_INPUT, where, columns, n, zero)
    if code == MAXIMUM_BACKWARD:
        shape = (row[INTEGERS], context[CAPACITY], columns[row[OUTPUT]])
        pieces = carray(pointer(where[row[FIRST_INPUT + 1]], zero), shape)
        rows.maximum_backward(dy, pieces, carray(pointer(where[row[OUTPUT]], zero), shape), r0, r1, c0, c1)
        return
    x = matrix(row, FIRST_INPUT + 1, where, columns, n, zero)
    if code == PRELU_DALPHA:
        activations.prelu_dalpha(dy, x, vector(row, OUTPUT, where, columns[row[FIRST_INPUT]], zero), 0, n, c0, c1)
        return
    y = matrix(row, FIRST_INPUT + 2, where, columns, n, zero)
    dx = matrix(row, OUTPUT, where, columns, n, zero)
    if code == SIGMOID_BACKWARD:
        activations.sigmoid_backward(dy, x, y, dx, r0, r1, c0, c1)
    elif code == TANH_BACKWARD:
        activations.tanh_backward(dy, x, y, dx, r0, r1, c0, c1)
    elif code == RELU_BACKWARD:
        activations.relu_backward(dy, x, y, dx, r0, r1, c0, c1)
    elif code == LEAKY_RELU_BACKWARD:
        activations.leaky_relu_backward(dy, x, y, dx, r0, r1, c0, c1, settings[0])
    elif code == ELU_BACKWARD:
        activations.elu_backward(dy, x, y, dx, r0, r1, c0, c1, settings[0])
    elif code == PRELU_BACKWARD:
        alpha = vector(row, FIRST_INPUT + 3, where, columns[row[FIRST_INPUT]], zero)
        activations.prelu_backward(dy, x, y, alpha, dx, r0, r1, c0, c1)
    elif code == SOFTMAX_BACKWARD:
        rows.softmax_backward(dy, x, y, dx, r0, r1)


@kernel
def normal(code, row, settings, where, columns, n, block, context, zero, step, seed):
    """Run a step of dropout or batch normalization, or a sum over rows."""
    r0, r1, c0, c1 = block
    width = columns[row[OUTPUT]]
    if code in (RUNNING_AVERAGE, RUNNING_VARIANCE):
        running, batch = vector(row, OUTPUT, where, width, zero), vector(row, FIRST_INPUT + 1, where, width, zero)
        if code == RUNNING_AVERAGE:
            normalization.running_average(running, batch, c0, c1, settings[0])
        else:
            normalization.running_variance(running, batch, n, c0, c1, settings[0])
        return
    x = matrix(row, FIRST_INPUT, where, columns, n, zero)
    if code == MAXOUT_DB:
        capacity = context[CAPACITY]
        for k in range(row[INTEGERS]):
            of_piece = carray(pointer(where[row[FIRST_INPUT]] + k * capacity * width * context[SIZE], zero), (n, width))
            db = carray(pointer(where[row[OUTPUT]] + k * width * context[SIZE], zero), (width,))
            normalization.sum_of_rows(of_piece, db, 0, n, c0, c1)
    elif code == SUM_OF_ROWS:
        normalization.sum_of_rows(x, vector(row, OUTPUT, where, width, zero), 0, n, c0, c1)
    elif code == SUM_OF_PRODUCTS:
        other = matrix(row, FIRST_INPUT + 1, where, columns, n, zero)
        normalization.sum_of_products(x, other, vector(row, OUTPUT, where, width, zero), 0, n, c0, c1)
    elif code == MEAN_OF_ROWS:
        normalization.mean_of_rows(x, vector(row, OUTPUT, where, width, zero), 0, n, c0, c1)
    elif code == VARIANCE_OF_ROWS:
        mean = vector(row, FIRST_INPUT + 1, where, width, zero)
        normalization.variance_of_rows(x, mean, vector(row, OUTPUT, where, width, zero), 0, n, c0, c1)
    else:
        y = matrix(row, OUTPUT, where, columns, n, zero)
        if code == DROPOUT:
            mask = matrix(row, OUTPUT + 1, where, columns, n, zero)
            dropout.dropout(x, mask, y, r0, r1, c0, c1, seed, step, row[INTEGERS], settings[0])
        elif code == MULTIPLY:
            other = matrix(row, FIRST_INPUT + 1, where, columns, n, zero)
            dropout.multiply(x, other, y, r0, r1, c0, c1)
        else:
            normalize(code, row, settings, where, columns, n, block, zero, x, y)


@kernel
def normalize(code, row, settings, where, columns, n, block, zero, x, y):
    """Run a step of batch normalization whose output has the rows of the batch."""
    r0, r1, c0, c1 = block
    width = columns[row[OUTPUT]]
    second = vector(row, FIRST_INPUT + 1, where, width, zero)
    if code == MULTIPLY_BY_ROW:
        normalization.scale(x, second, y, r0, r1, c0, c1)
    elif code == UNSCALE:
        normalization.unscale(x, second, y, r0, r1, c0, c1, settings[0])
    else:
        third = vector(row, FIRST_INPUT + 2, where, width, zero)
        if code == NORMALIZE:
            normalization.normalize(x, second, third, y, r0, r1, c0, c1, settings[0])
        elif code == SCALE_AND_SHIFT:
            normalization.scale_and_shift(x, second, third, y, r0, r1, c0, c1)
        elif code == NORMALIZE_BACKWARD:
            normalized = matrix(row, FIRST_INPUT + 1, where, columns, n, zero)
            one, other = (
                vector(row, FIRST_INPUT + 3, where, width, zero),
                vector(row, FIRST_INPUT + 4, where, width, zero),
            )
            normalization.normalize_backward(x, normalized, third, y, one, other, 0, n, c0, c1, settings[0])
