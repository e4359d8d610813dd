"""Functions with C's calling convention: what their parameters are, and how values of a flow become
their arguments and come back. All of it runs in the engine; the call itself is the worker's."""
