"""A training that the page watches and steers: its data, its network, its thread, and what is shown of it."""
