"""From a line's code to its kernel: finding the arrays that a line names, and running it on a thread's block."""
