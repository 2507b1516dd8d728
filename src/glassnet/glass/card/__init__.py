"""Model cards: what a network is, how it came about, how well it does, and what is not known of it."""
