"""The parts of the connector ``database``: connection strings, dialects, values, errors, sessions,
the pool.

A session and its cursors are touched by one thread only, its line's; the one exception is
``cursor.cancel()``. What a database does in its own way stands in its dialect, one file each, and
nowhere else.
"""
