"""Train on files that are larger than memory: as one memory-mapped array, in batches, and as they come.

Run it with: python examples/larger_than_memory.py
"""

import numpy as np

import glassnet as gn

# A file of 200,000 rows, written a part at a time; it might as well have a thousand times as many.
ROWS, PART = 200_000, 20_000
rng = np.random.default_rng(0)
slope = rng.normal(size=20)
x = np.lib.format.open_memmap("x.npy", "w+", np.float32, (ROWS, 20))
t = np.lib.format.open_memmap("t.npy", "w+", np.uint8, (ROWS,))
for start in range(0, ROWS, PART):
    rows = slice(start, start + PART)
    x[rows] = rng.normal(size=(PART, 20))
    t[rows] = np.tanh(x[rows]) @ slope > 0
x, t = np.load("x.npy", mmap_mode="r"), np.load("t.npy", mmap_mode="r")
test = slice(ROWS - PART, ROWS)


def network() -> gn.Network:
    """Make the same network each time."""
    return gn.Network([gn.Dense(20, 16), gn.Tanh(), gn.Dense(16, 1), gn.Sigmoid()], seed=1)


def parts():
    """Read the file from its beginning, a batch at a time: a source of one's own, such as a database."""
    for start in range(0, ROWS - PART, 1000):
        yield x[start : start + 1000], t[start : start + 1000]


settings = {"optimizer": gn.Adam(0.01), "epochs": 1, "verbose": 0, "executor": "reference"}
mapped, batched, streamed = network(), network(), network()
mapped.fit(x[: ROWS - PART], t[: ROWS - PART], batch_size=1000, **settings)
batched.fit(parts, **settings)
for x_batch, t_batch in parts():
    loss = streamed.partial_fit(x_batch, t_batch, optimizer=gn.Adam(0.01), executor="reference")

for name, net in [("a memory-mapped array", mapped), ("batches", batched), ("partial_fit", streamed)]:
    print(f"{name:22} {net.accuracy(x[test], t[test]):.2%} of the last {PART:,} rows")
