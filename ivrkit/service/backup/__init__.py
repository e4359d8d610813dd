"""``ivrkit backup`` and ``ivrkit restore``: a site in one file.

Rule: it can be made while calls are served, is the same for every database, and holds neither the
key of the store nor any other secret of the configuration. What is restored has no living calls.
"""
