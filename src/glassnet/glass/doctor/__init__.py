"""The doctor: what is wrong with a network, its data or its training, with the numbers that show it."""
