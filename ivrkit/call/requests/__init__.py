"""What steps ask of connectors: one kind of request per file, data only.

The verb that makes it and the connector that answers it both know it from here, and nothing of
each other.
"""
