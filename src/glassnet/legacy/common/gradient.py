"""`common.gradient`: the numerical gradient, for arrays of any shape.

The function of the slides moves each element of x in place by 10⁻⁴ up and down; so does glassnet's, and it restores x
even if f fails.
"""

from glassnet.mathematics.numerical import numerical_gradient

__all__ = ["numerical_gradient"]
