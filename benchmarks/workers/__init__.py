"""One file a peer: each says how its own users would write the workloads well."""
