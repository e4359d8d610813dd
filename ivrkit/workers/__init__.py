"""What may block, hang, crash or fail again and again, and how the engine stays well beside it:
threads, worker processes, the circuit breaker.

A worker is a small program of its own (``python -m …``), started without a fork of the engine: it
has none of its sockets, files and secrets. It is spoken to over two pipes, in frames of msgpack
with their length in front; nothing is pickled. The modules that run inside of it import nothing
that they do not need.

Rule: nothing in here knows what is done; who uses it brings that.
"""
