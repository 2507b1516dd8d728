"""Why an answer and not another: exact contributions, neighbours, and the smallest change that turns it."""
