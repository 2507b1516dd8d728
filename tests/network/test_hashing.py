"""Hashes of arrays: the order of the names does not count, everything else does."""

import numpy as np

from glassnet.network.hashing import hash_of_arrays

ARRAYS = {"a": np.arange(6, dtype=np.float32), "b": np.float32(1)}


def test_what_counts():
    first = hash_of_arrays(ARRAYS)
    assert first == hash_of_arrays(dict(reversed(ARRAYS.items())))
    assert first == hash_of_arrays({"a": np.arange(12, dtype=np.float32).reshape(6, 2)[:, 0] / 2, "b": np.float32(1)})
    others = [
        hash_of_arrays(ARRAYS, "words"),
        hash_of_arrays({**ARRAYS, "a": ARRAYS["a"].astype(np.float64)}),
        hash_of_arrays({**ARRAYS, "a": ARRAYS["a"].reshape(2, 3)}),
        hash_of_arrays({**ARRAYS, "b": np.float32(2)}),
        hash_of_arrays({"a": ARRAYS["a"], "c": ARRAYS["b"]}),
    ]
    assert len({first, *others}) == 6
