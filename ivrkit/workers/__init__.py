"""What may block, hang, crash or fail again and again, and how the engine stays well beside it:
threads, worker processes, the circuit breaker.

Rule: nothing in here knows what is done; who uses it brings that.
"""
