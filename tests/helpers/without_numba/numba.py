"""What stands for Numba where the tests are to run without it (`make test-without-numba`)."""

raise ImportError("this stands for a machine without Numba")
