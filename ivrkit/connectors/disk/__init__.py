"""The parts of the connector ``file``: one folder, and nothing outside it.

Everything in here runs on threads and blocks. Files are opened name by name from the root's own
descriptor, and links are never followed: a path that is looked at and a path that is used are the
same, whatever is swapped in between.
"""
