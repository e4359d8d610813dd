"""Worker processes of connectors: what may crash or hang runs in one of them, never in the engine.

The modules that run inside of a worker import nothing that they do not need.
"""
