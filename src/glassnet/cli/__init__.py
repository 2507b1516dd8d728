"""The command line, `glassnet`: one module a command."""
