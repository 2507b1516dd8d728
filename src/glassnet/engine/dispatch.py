"""From a line's code to its kernel: finding the arrays that a line names, and running it on a thread's block."""

from __future__ import annotations

import numpy as np
from numba import carray

from glassnet.engine.codes import (
    ACTIVATIONS,
    ACTIVATIONS_BACKWARD,
    AHEAD,
    BEGINS,
    BLOCKS,
    CAPACITY,
    CODES,
    FIRST_INPUT,
    FIRST_LOSS_BACKWARD,
    INTO_VELOCITY,
    INTO_WEIGHTS,
    LIST_COLUMNS,
    LIST_VALUES,
    LOSSES,
    NORMALIZATIONS,
    OUTPUT,
    PANEL,
    PRODUCTS,
    ROOM,
    SIZE,
    UPDATES,
)
from glassnet.engine.compiling import kernel
from glassnet.engine.gathering import block_begin
from glassnet.engine.kernels import activations, dropout, losses, normalization, optimizers, rows
from glassnet.engine.kernels.blocks import lengthened
from glassnet.engine.memory import cast, pointer
from glassnet.engine.products import multiply
from glassnet.engine.single_row import affine_row, row_backward, update_row
from glassnet.engine.sparse_rows import GROUP, PANEL_BYTES, add_product, add_transposed_product
from glassnet.engine.tiles import ADD, BIAS, PLAIN

INTEGERS = OUTPUT + 2
(
    AFFINE_SPARSE,
    AFFINE_DW_SPARSE,
    AFFINE,
    AFFINE_DW,
    AFFINE_DX,
    MAXOUT_PIECES,
    MAXOUT_DW,
    MAXOUT_DX,
    AFFINE_ROW,
    UPDATE_ROW,
    _,
) = (CODES[name] for name in PRODUCTS)
(
    SAME, SIGMOID, TANH, RELU, LEAKY_RELU, ELU, PRELU, SOFTMAX, MAXIMUM, SIGMOID_BACKWARD, TANH_BACKWARD, RELU_BACKWARD,
    LEAKY_RELU_BACKWARD, ELU_BACKWARD, PRELU_BACKWARD, PRELU_DALPHA, SOFTMAX_BACKWARD, MAXIMUM_BACKWARD,
) = (CODES[name] for name in (*ACTIVATIONS, *ACTIVATIONS_BACKWARD))  # fmt: skip
(
    MAXOUT_DB, DROPOUT, MULTIPLY, MULTIPLY_BY_ROW, MEAN_OF_ROWS, VARIANCE_OF_ROWS, NORMALIZE, SCALE_AND_SHIFT,
    RUNNING_AVERAGE, RUNNING_VARIANCE, SUM_OF_ROWS, SUM_OF_PRODUCTS, UNSCALE, NORMALIZE_BACKWARD,
) = (CODES[name] for name in NORMALIZATIONS)  # fmt: skip
(
    MEAN_SQUARED_ERROR, MEAN_ABSOLUTE_ERROR, BINARY_CROSS_ENTROPY, CATEGORICAL_CROSS_ENTROPY, GAUSSIAN_NLL,
    SOFTMAX_CROSS_ENTROPY, SIGMOID_CROSS_ENTROPY, MEAN_SQUARED_ERROR_BACKWARD, MEAN_ABSOLUTE_ERROR_BACKWARD,
    BINARY_CROSS_ENTROPY_BACKWARD, CATEGORICAL_CROSS_ENTROPY_BACKWARD, GAUSSIAN_NLL_BACKWARD,
    SOFTMAX_CROSS_ENTROPY_BACKWARD, SIGMOID_CROSS_ENTROPY_BACKWARD, WEIGHT_SHARES,
) = (CODES[name] for name in LOSSES)  # fmt: skip
SGD, MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADAM, ADAMW, ADD_TO = (CODES[name] for name in UPDATES)


@kernel
def matrix(row, place, where, columns, n, zero):
    """Return the array that a line has at a place, as n rows."""
    number = row[place]
    return carray(pointer(where[number], zero), (n, columns[number]))


@kernel
def vector(row, place, where, n, zero):
    """Return the array that a line has at a place, as n numbers in a row."""
    return carray(pointer(where[row[place]], zero), (n,))


@kernel
def address(row, place, where):
    """Return the address of what a line has at a place, 0 for nothing."""
    return where[row[place]] if row[place] >= 0 else 0


@kernel
def product(code, row, settings, where, columns, n, block, context, zero, rate):
    """Run a dense matrix product, piece after piece for a Maxout.

    There is one call of `multiply` for all of them: with four, the engine took 6 s longer to compile.
    """
    if code >= AFFINE_ROW:
        single_row(code, row, settings, where, columns, context, zero, rate)
        return
    r0, r1, c0, c1 = block
    size, capacity, out = context[SIZE], context[CAPACITY], row[OUTPUT]
    pieces = row[INTEGERS] if code >= MAXOUT_PIECES else 1
    one = cast(zero, 1)
    for k in range(pieces):
        factor, keep, mode, bias, transposed = one, zero, PLAIN, 0, False
        top, bottom = r0, r1
        if code in (AFFINE, MAXOUT_PIECES):  # Z = X @ W + b
            n_in, n_out = columns[row[FIRST_INPUT]], columns[out]
            w_row = columns[row[FIRST_INPUT + 1]]
            depth, a_row, a_depth, b_row, c_row = n_in, n_in, 1, w_row, n_out
            a = address(row, FIRST_INPUT, where) + r0 * n_in * size
            b = address(row, FIRST_INPUT + 1, where) + (k * n_in * w_row + c0) * size
            c = where[out] + ((k * capacity + r0) * n_out + c0) * size
            bias = address(row, FIRST_INPUT + 2, where)
            if bias:
                mode, bias = BIAS, bias + (k * n_out + c0) * size
        elif code in (AFFINE_DX, MAXOUT_DX):  # dX = dZ @ Wᵀ, or the sum of that over the pieces
            n_in, n_out = columns[out], columns[row[FIRST_INPUT]]
            w_row = columns[row[FIRST_INPUT + 1]]
            depth, a_row, a_depth, b_row, c_row, transposed = n_out, n_out, 1, w_row, n_in, True
            a = address(row, FIRST_INPUT, where) + (k * capacity + r0) * n_out * size
            b = address(row, FIRST_INPUT + 1, where) + (k * n_in + c0) * w_row * size
            c = where[out] + (r0 * n_in + c0) * size
            if k:
                mode, keep = ADD, one
        else:  # dW = Xᵀ @ dZ; the rows of a Maxout's pieces stand one below the other
            n_in, n_out, w_row = columns[row[FIRST_INPUT]], columns[row[FIRST_INPUT + 1]], columns[out]
            top, bottom = max(r0, k * n_in), min(r1, (k + 1) * n_in)
            depth, a_row, a_depth, b_row, c_row = n, 1, n_in, n_out, w_row
            a = address(row, FIRST_INPUT, where) + (top - k * n_in) * size
            b = address(row, FIRST_INPUT + 1, where) + (k * capacity * n_out + c0) * size
            c = where[out] + (top * w_row + c0) * size
            if code == AFFINE_DW:
                factor, keep, mode = gradient_goes(row, settings, rate, zero)
        multiply(
            max(bottom - top, 0), c1 - c0, depth, a, a_row, a_depth, b, b_row, c, c_row, factor, keep, mode, bias,
            context[PANEL], size, transposed, context[AHEAD],
        )  # fmt: skip


@kernel
def single_row(code, row, settings, where, columns, context, zero, rate):
    """Run a product of a program for batches of one row."""
    first, second, out = where[row[FIRST_INPUT]], where[row[FIRST_INPUT + 1]], where[row[OUTPUT]]
    size, room = context[SIZE], context[PANEL]
    if code == AFFINE_ROW:
        bias = address(row, FIRST_INPUT + 2, where)
        w_row = columns[row[FIRST_INPUT + 1]]
        affine_row(columns[row[FIRST_INPUT]], columns[row[OUTPUT]], first, second, w_row, bias, out, zero, size, room)
    elif code == UPDATE_ROW:
        n_in, n_out = columns[row[FIRST_INPUT]], columns[row[FIRST_INPUT + 1]]
        update_row(n_in, n_out, first, second, out, columns[row[OUTPUT]], cast(zero, -rate), zero, size, room)
    else:
        n_in, n_out = columns[row[OUTPUT]], columns[row[FIRST_INPUT]]
        x, w_row = where[row[FIRST_INPUT + 2]], columns[row[FIRST_INPUT + 1]]
        row_backward(n_in, n_out, x, first, second, w_row, out, cast(zero, -rate), zero, size)


@kernel
def gradient_goes(row, settings, rate, zero):
    """Return α, β and the mode of the product that a gradient is."""
    if row[INTEGERS] == INTO_WEIGHTS:
        return cast(zero, -rate), cast(zero, 1 - rate * settings[0]), ADD
    if row[INTEGERS] == INTO_VELOCITY:
        return cast(zero, -rate), cast(zero, settings[1]), ADD
    return cast(zero, 1), zero, PLAIN


@kernel
def affine_sparse(row, where, columns, block, context, lists, zero):
    """Z = X @ W + b with zeros of X left out."""
    r0, r1, c0, c1 = block
    w, out, size, blocks = row[FIRST_INPUT + 1], row[OUTPUT], context[SIZE], lists[BLOCKS]
    n_in, n_out, w_row, room = columns[row[FIRST_INPUT]], columns[out], columns[w], lists[ROOM]
    bias, begins = address(row, FIRST_INPUT + 2, where), lists[BEGINS] + r0 // GROUP * (blocks + 1) * 4
    column_lists, values = lists[LIST_COLUMNS] + r0 // GROUP * room * 4, lists[LIST_VALUES] + r0 * room * size
    if not bias:
        carray(pointer(where[out], zero), (r1, n_out))[r0:, c0:c1] = zero
    for c in range(c0, c1, PANEL_BYTES // size):
        for k in range(blocks):
            first = block_begin(k, blocks, n_in, size)
            add_product(
                zero, r1 - r0, block_begin(k + 1, blocks, n_in, size) - first, begins + k * 4, blocks + 1, column_lists,
                values, room, first, where[w] + (first * w_row + c) * size, w_row, context[PANEL],
                where[out] + (r0 * n_out + c) * size, n_out, min(PANEL_BYTES // size, c1 - c),
                bias + c * size if bias and k == 0 else 0, context[AHEAD],
            )  # fmt: skip


@kernel
def affine_dw_sparse(row, settings, where, columns, n, block, context, lists, zero, rate):
    """Run dW, or the update by it, with zeros of X left out; threads that share rows of W share blocks of X."""
    r0, r1, c0, c1 = block
    dz, out, size, blocks = row[FIRST_INPUT + 1], row[OUTPUT], context[SIZE], lists[BLOCKS]
    n_in, n_out, w_row = columns[row[FIRST_INPUT]], columns[dz], columns[out]
    factor, keep, _ = gradient_goes(row, settings, rate, zero)
    for c in range(c0, c1, PANEL_BYTES // size):
        for k in range((r0 * blocks + n_in // 2) // n_in, (r1 * blocks + n_in // 2) // n_in):
            first = block_begin(k, blocks, n_in, size)
            add_transposed_product(
                factor, keep, n, block_begin(k + 1, blocks, n_in, size) - first, lists[BEGINS] + k * 4, blocks + 1,
                lists[LIST_COLUMNS], lists[LIST_VALUES], lists[ROOM], first, where[dz] + c * size, n_out,
                context[PANEL], where[out] + (first * w_row + c) * size, w_row, min(PANEL_BYTES // size, c1 - c),
                context[AHEAD],
            )  # fmt: skip


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
def spoil_loss(row, where, n, block, zero):
    """Make the first loss of a block nan."""
    vector(row, OUTPUT, where, n, zero)[block[0]] = np.nan


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
