"""Not a digit: how a prediction refuses, and says why."""
