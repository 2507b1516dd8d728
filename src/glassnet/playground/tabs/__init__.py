"""What the page's tabs ask for: one module a tab, each with the `ACTIONS` that the page may name."""
