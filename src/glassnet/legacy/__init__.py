"""The lectures' own code on today's Python: the modules that it imports, and the world that it was written for.

`glassnet legacy run SCRIPT.py` runs such code unchanged. For a notebook there are two ways: one line more at its top,
`gn.legacy.install()`, or the place of a name in the line that imports it:

    from common.functions import softmax                       as the book has it
    from glassnet.legacy.common.functions import softmax       the same here

Here are `common.functions`, `common.gradient`, `common.layers`, `common.optimizer`, `dataset.mnist`, `two_layer_net`
and `joy`, thin adapters of the mathematics of glassnet to the lectures' names.

Sources: lectures 002, 003 and 004, and the modules of the book that 002 and 004 follow (K. Saitoh, "Deep Learning from
Scratch").
"""

from glassnet.legacy import common, dataset, joy, two_layer_net
from glassnet.legacy.running.world import install

__all__ = ["common", "dataset", "install", "joy", "two_layer_net"]
