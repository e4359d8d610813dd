"""Calls without a telephone: the same commands and events, carried by a clock alone.

Rule: no rule of the language, and nothing that a real carrier would not do. What a caller heard
is kept as it would have reached the ear: with its time, and with the place where it was cut.
"""
