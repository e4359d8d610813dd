"""Call scripts: a call is a test. Reads scripts, plays them on a line, tells what was different.

Rule: a script is judged by the trace of the call alone, so that the same script means the same
on a simulated line and on a live one. Nothing here is used by a live engine, and the clock is
given from outside.
"""
