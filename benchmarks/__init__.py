"""How fast glassnet is beside its peers: `python -m benchmarks.run --help`."""
