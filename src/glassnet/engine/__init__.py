"""The compiled executor: the steps of a tape as machine code, over one block of memory."""
