"""Networks: layers, initial values, losses, the tape that a network lowers to, and the reference executor."""
