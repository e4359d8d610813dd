"""Worker processes: what may crash or hang runs in one of them, never in the engine.

A worker is a small program of its own (``python -m ivrkit.connectors.workers.<what>``), started
without a fork of the engine: it has none of its sockets, files and secrets. It is spoken to over
two pipes, in frames of msgpack with their length in front; nothing is pickled. The modules that
run inside of it import nothing that they do not need.
"""
