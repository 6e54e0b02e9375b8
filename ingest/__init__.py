"""Where the graph comes from: one module a source, with its tables beside it."""
