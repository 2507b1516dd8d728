"""The numbers by which program and interpreter know operations, and what stands where in a row of the table."""

from __future__ import annotations

PRODUCTS = (
    "affine_sparse", "affine_dW_sparse", "affine", "affine_dW", "affine_dx", "maxout_pieces", "maxout_dW", "maxout_dx",
    "affine_row", "update_row", "row_backward",
)  # fmt: skip
ACTIVATIONS = ("same", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "prelu", "softmax", "maximum", "sum_of_parts")
ACTIVATIONS_BACKWARD = (
    "sigmoid_backward", "tanh_backward", "relu_backward", "leaky_relu_backward", "elu_backward", "prelu_backward",
    "prelu_dalpha", "softmax_backward", "maximum_backward",
)  # fmt: skip
NORMALIZATIONS = (
    "maxout_db", "dropout", "multiply", "multiply_by_row", "mean_of_rows", "variance_of_rows", "normalize",
    "scale_and_shift", "running_average", "running_variance", "sum_of_rows", "sum_of_products", "unscale",
    "normalize_backward",
)  # fmt: skip
LOSSES = (
    "mean_squared_error", "mean_absolute_error", "binary_cross_entropy", "categorical_cross_entropy", "gaussian_nll",
    "softmax_categorical_cross_entropy", "sigmoid_binary_cross_entropy", "softmax_with_loss",
    "mean_squared_error_backward", "mean_absolute_error_backward", "binary_cross_entropy_backward",
    "categorical_cross_entropy_backward", "gaussian_nll_backward",
    "softmax_categorical_cross_entropy_backward", "sigmoid_binary_cross_entropy_backward", "weight_shares",
)  # fmt: skip
UPDATES = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "add")
OTHERS = ("list_columns", "weighted_mean", "count_right")
OPERATIONS = (*PRODUCTS, *ACTIVATIONS, *ACTIVATIONS_BACKWARD, *NORMALIZATIONS, *LOSSES, *UPDATES, *OTHERS)
CODES = {name: code for code, name in enumerate(OPERATIONS)}
LAST_PRODUCT, LAST_ACTIVATION, LAST_ACTIVATION_BACKWARD, LAST_NORMALIZATION, LAST_LOSS = (
    CODES[group[-1]] for group in (PRODUCTS, ACTIVATIONS, ACTIVATIONS_BACKWARD, NORMALIZATIONS, LOSSES)
)
FIRST_LOSS_BACKWARD = CODES["mean_squared_error_backward"]

SHARED = ("rows", "columns", "one", "every", "blocks", "parts")
"""How the work of a step is shared: by rows or by columns of its output, by one thread alone, done by every one, by
blocks of columns of X, nearly as by rows, or by rows of X's parts."""
BY_ROWS, BY_COLUMNS, BY_ONE, BY_EVERY, BY_BLOCKS, BY_PARTS = range(6)
PARTS = 2
"""Into how many parts X's columns are divided, so that each part of X and of W stays with one thread: X @ W is the sum
of that over the parts. Always so many, since sums must not depend on the number of threads; `rows.sum_of_parts` adds
just two."""

ROWS, COLUMNS = 3, 4
"""Fields of a row: after code, meeting and share come the output's rows (−1: those of the batch) and columns."""
FIRST_INPUT, INPUTS = 5, 6
OUTPUT, OUTPUTS = 11, 3
INTEGERS = 14
"""Two numbers of the operation's own."""
FIELDS = 16
SETTINGS = 4

X, X_KIND, X_TABLE, T, WEIGHTS, OUT = range(6)
"""Fields of the data: address and kind of the inputs, the numbers that bytes stand for, targets, weights, outputs."""
FLOAT32, FLOAT64, BYTES, IN_PLACE = range(4)
KINDS = {"float32": FLOAT32, "float64": FLOAT64, "uint8": BYTES}
"""The types of numbers that inputs may stand in; or they are rows of the network's own type, read where they stand."""
PANEL, SIZE, X_NUMBER, X_PLACE, T_NUMBER, WEIGHTS_NUMBER, OUT_NUMBER, CAPACITY, AHEAD = range(9)
"""Fields of the context: the thread's panel, the bytes of a number, the numbers of four names, where a batch of X is
brought together, the rows there may be, and the thread's queue of what to ask for."""
COUNTS, LIST_COLUMNS, SOURCES, ROOM, GROUPS, BLOCKS, ASKS, X_PARTS = range(8)
LISTS = 8
"""Fields of the lists of what is not 0 in X: three addresses (`sparse_rows.add_product`), how many columns there is
room for in a list, how many groups of rows there may be, into how many blocks X's columns are divided, how often
products ask for lines of the next batch for each group of a part's rows, and how many parts X has: 1 or `PARTS`."""
PLAIN_PRODUCT, INTO_WEIGHTS, INTO_VELOCITY = range(3)
"""Where the product of a gradient goes."""
