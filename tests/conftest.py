"""What holds for all tests."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

# No test asserts a time: a slow machine is no failure.
settings.register_profile("ivrkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ivrkit")

# What a script runs in the background ignores Ctrl-C, and so does all that it starts: programs that
# a test ends by it would go on for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
