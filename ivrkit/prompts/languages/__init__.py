"""One language per file: a subclass of :class:`~ivrkit.prompts.language.Language` with its tag.

Pure functions from values to words; a golden table in ``tests/prompts/languages`` that a native
speaker would accept belongs to each.
"""
