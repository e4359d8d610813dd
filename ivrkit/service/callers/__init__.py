"""What is kept of a caller: found by his number however it is written, handed out, erased.

Nothing here tells a whole number to the log or to the audit.
"""
