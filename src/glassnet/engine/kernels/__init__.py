"""What the steps of a tape compute, as functions that Numba compiles: one kernel for each operation."""
