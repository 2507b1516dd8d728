"""From a line of a loss to its kernel, run on a thread's block."""

from __future__ import annotations

from glassnet.engine.codes import CODES, FIRST_INPUT, FIRST_LOSS_BACKWARD, LOSSES, OUTPUT
from glassnet.engine.compiling import kernel
from glassnet.engine.dispatch.arrays import address, matrix, vector
from glassnet.engine.kernels import losses, rows

(
    MEAN_SQUARED_ERROR, MEAN_ABSOLUTE_ERROR, BINARY_CROSS_ENTROPY, CATEGORICAL_CROSS_ENTROPY, GAUSSIAN_NLL,
    SOFTMAX_CROSS_ENTROPY, SIGMOID_CROSS_ENTROPY, SOFTMAX_WITH_LOSS, MEAN_SQUARED_ERROR_BACKWARD,
    MEAN_ABSOLUTE_ERROR_BACKWARD, BINARY_CROSS_ENTROPY_BACKWARD, CATEGORICAL_CROSS_ENTROPY_BACKWARD,
    GAUSSIAN_NLL_BACKWARD, SOFTMAX_CROSS_ENTROPY_BACKWARD, SIGMOID_CROSS_ENTROPY_BACKWARD, WEIGHT_SHARES,
) = (CODES[name] for name in LOSSES)  # fmt: skip


@kernel
def loss(code, row, where, columns, n, block, zero):
    """Run a loss: the number of each row."""
    r0, r1, _, _ = block
    if code == WEIGHT_SHARES:
        dlosses = vector(row, OUTPUT, where, n, zero)
        if address(row, FIRST_INPUT + 1, where):
            losses.weight_shares(vector(row, FIRST_INPUT + 1, where, n, zero), dlosses, 0, n)
        else:
            losses.equal_shares(dlosses, 0, n)
        return
    if code >= FIRST_LOSS_BACKWARD:
        loss_backward(code, row, where, columns, n, block, zero)
        return
    y, t = matrix(row, FIRST_INPUT, where, columns, n, zero), matrix(row, FIRST_INPUT + 1, where, columns, n, zero)
    out = vector(row, OUTPUT, where, n, zero)
    if code == SOFTMAX_CROSS_ENTROPY:
        losses.softmax_categorical_cross_entropy(y, t, out, r0, r1)
    elif code == SOFTMAX_WITH_LOSS:
        dlosses = vector(row, FIRST_INPUT + 2, where, n, zero)
        activation = matrix(row, OUTPUT + 1, where, columns, n, zero)
        dz = matrix(row, OUTPUT + 2, where, columns, n, zero)
        rows.softmax_with_loss(y, t, dlosses, activation, out, dz, r0, r1)
    elif code == SIGMOID_CROSS_ENTROPY:
        losses.sigmoid_binary_cross_entropy(y, t, out, r0, r1)
    elif code == MEAN_SQUARED_ERROR:
        losses.mean_squared_error(y, t, out, r0, r1)
    elif code == MEAN_ABSOLUTE_ERROR:
        losses.mean_absolute_error(y, t, out, r0, r1)
    elif code == BINARY_CROSS_ENTROPY:
        losses.binary_cross_entropy(y, t, out, r0, r1)
    elif code == CATEGORICAL_CROSS_ENTROPY:
        losses.categorical_cross_entropy(y, t, out, r0, r1)
    elif code == GAUSSIAN_NLL:
        sigma = vector(row, FIRST_INPUT + 2, where, columns[row[FIRST_INPUT]], zero)
        losses.gaussian_nll(y, t, out, r0, r1, sigma)


@kernel
def loss_backward(code, row, where, columns, n, block, zero):
    """Run the derivative of a loss by the outputs, or by the net input where the two are one."""
    r0, r1, _, _ = block
    dlosses = vector(row, FIRST_INPUT, where, n, zero)
    y, t = matrix(row, FIRST_INPUT + 1, where, columns, n, zero), matrix(row, FIRST_INPUT + 2, where, columns, n, zero)
    dy = matrix(row, OUTPUT, where, columns, n, zero)
    if code == SOFTMAX_CROSS_ENTROPY_BACKWARD:
        losses.softmax_categorical_cross_entropy_backward(dlosses, y, t, dy, r0, r1)
    elif code == SIGMOID_CROSS_ENTROPY_BACKWARD:
        losses.sigmoid_binary_cross_entropy_backward(dlosses, y, t, dy, r0, r1)
    elif code == MEAN_SQUARED_ERROR_BACKWARD:
        losses.mean_squared_error_backward(dlosses, y, t, dy, r0, r1)
    elif code == MEAN_ABSOLUTE_ERROR_BACKWARD:
        losses.mean_absolute_error_backward(dlosses, y, t, dy, r0, r1)
    elif code == BINARY_CROSS_ENTROPY_BACKWARD:
        losses.binary_cross_entropy_backward(dlosses, y, t, dy, r0, r1)
    elif code == CATEGORICAL_CROSS_ENTROPY_BACKWARD:
        losses.categorical_cross_entropy_backward(dlosses, y, t, dy, r0, r1)
    elif code == GAUSSIAN_NLL_BACKWARD:
        sigma = vector(row, FIRST_INPUT + 3, where, columns[row[OUTPUT]], zero)
        losses.gaussian_nll_backward(dlosses, y, t, dy, r0, r1, sigma)


@kernel
def mean_loss(row, where, n, zero):
    """Return the mean of the losses of a batch, by their weights."""
    of_rows = vector(row, FIRST_INPUT, where, n, zero)
    if address(row, FIRST_INPUT + 1, where):
        return losses.weighted_mean(of_rows, vector(row, FIRST_INPUT + 1, where, n, zero), 0, n)
    return losses.mean_of_losses(of_rows, 0, n)


@kernel
def right_answers(row, where, columns, n, block, zero):
    """Return how many rows of a block are answered right."""
    y, t = matrix(row, FIRST_INPUT, where, columns, n, zero), matrix(row, FIRST_INPUT + 1, where, columns, n, zero)
    return losses.count_right(y, t, block[0], block[1])
