"""Where the doctor draws its lines: each in one place, with its reason and what was measured.

"Healthy" below are 200 random trainings of `benchmarks/doctor_false_alarms.py`, those of the seeds from 0 on that
generalize: random layers, optimizers and data. Lines drawn by them say nothing of how often they are crossed; other
seeds do: `--first`.
"""

from __future__ import annotations

from typing import Final

ROWS_LOOKED_AT: Final = 512
"""Rows that are passed through the network: a unit that one sample in a hundred wakes is seen with 99%."""

DATA_ROWS: Final = 10_000
"""Rows whose columns are measured; more change the third digit of a root mean square."""

LARGE_INPUT: Final = 30.0
"""Root mean square of a column above which inputs are unscaled: pixels 0–255 have 60 to 200, standardized columns 1."""

LARGE_TARGET: Final = 30.0
"""Root mean square of a regression's targets above which they explain that nothing was learned: the outputs of fresh
weights have about 1, and 1,000 steps of Adam with its rate of 0.001 move one by about 1."""

SMALL_INPUT: Final = 1e-3
"""Root mean square of all inputs below which they are unscaled; pixels of MNIST divided by 255 have 0.3."""

UNEVEN: Final = 30.0
"""How many times as much one column may vary as another before that explains that nothing was learned; iris: 4."""

OFFSET: Final = 10.0
"""How far from 0 a column may lie, in standard deviations, before that explains it; iris: 7."""

SAMPLES_PER_CLASS: Final = 10
"""Expected samples a class from which on a missing one is no chance: it has probability e⁻¹⁰ otherwise."""

IMBALANCE: Final = 10.0
"""Ratio of the commonest to the rarest class; MNIST's is 1.24."""

ORDERED: Final = 0.3
"""Share of the expected changes of label below which an order is no chance."""

CHANGES_EXPECTED: Final = 30.0
"""Changes of label that must be expected before an order is judged: 0.3 of them is then 4 standard deviations off."""

LEAK: Final = 0.05
"""Share of validation rows in the training data; tables of few different rows have such by nature, which is counted."""

UNLIKE: Final = 5.0
"""How many times as large the validation's inputs may be as those of the training, or as small, by root mean square."""

UNREACHED: Final = 0.01
"""Share of targets outside the output's range that is no slip of rounding."""

SUM_OF_SHARES: Final = 0.5
"""By how much a row of targets may miss 1, where they are probabilities: of two classes in a row it is 1."""

DEAD: Final = 0.7
"""Share of a layer's units. Of healthy ReLU layers the worst had 0.5 dead, of 99% less than 0.26."""

FLAT: Final = 0.05
"""Share of the greatest slope, averaged over rows, below which a sigmoid or tanh counts as saturated.

In healthy layers the typical unit had 0.093 at least, of 99% more than 0.16."""

SATURATED: Final = 0.5
"""Share of a layer's units: with the typical one the layer is saturated."""

ALIKE: Final = 1e-6
"""Difference, relative to the largest weight, up to which weights count as equal: rounding of float32."""

VANISHING: Final = 1e-4
"""Root mean square of ∂loss/∂Z in an early layer by that in the last. Healthy: 0.034 at least, and
0.009 in lecture 002's network with its weights of 0.01 before it has learned."""

EXPLODING: Final = 1e3
"""The same ratio upwards. Healthy: 20 at most."""

NOT_LEARNED: Final = 0.9
"""Share of the best constant answer's loss above which nothing was learned."""

STEPS_TO_JUDGE: Final = 101
"""Updates before a training is judged: the two-layer recipe of lecture 002 stands still for its first hundred."""

FAR_TOO_LARGE: Final = 5.0
"""How many times the proposed rate a rate must be to be called too large, besides doing worse."""

FAR_TOO_SMALL: Final = 1 / 100
"""How small a part of the proposed rate a rate must be to be called too small; lecture 002's is a thirtieth."""

WORSE: Final = 0.3
"""Share of the proposed rate's fall of the loss that a rate must miss to be called too large or too small."""

OVERFIT_RISE: Final = 0.3
"""Rise of the validation loss after its least, as a share of what there is to learn.

Of 99% of healthy trainings it was less than 0.19 of the first loss on seeds 0 on, but 0.31 on seeds 1000 on, where this
alone found 3 in 200: digits whose loss had risen while 85 to 89% of the answers stayed right. Hence the next line.
"""

OVERFIT_ACCURACY: Final = 0.1
"""Loss of validation accuracy since its best from which on answers suffer, and not only their certainty.

The best of 80 epochs on 100 samples is by chance up to 0.06 above the typical one. A validation loss above that of the
best constant answer says as much.
"""

OVERFIT_GAP: Final = 2.0
"""How many times the training loss the validation loss must be at the end, too."""

UNDERFIT_GAP: Final = 0.15
"""By how much the nearest other row must answer better than the network (accuracy, or share of variance explained)."""

SHIFT_GAP: Final = 0.2
"""By how much the nearest other row must answer better for targets to count as moved by one row: of 1,000 rows the
answers of unrelated targets differ by 0.02."""

PLATEAU: Final = 0.02
"""Fall of the loss over the last quarter, as a share of the loss at the beginning, that is still getting better."""

NEIGHBOUR_ROWS: Final = 1000
"""Rows among which nearest neighbours are sought, at most; and at least a tenth of them."""
