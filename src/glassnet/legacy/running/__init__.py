"""How old code is run: the names that libraries lost, the files it opens, what it is written in."""
