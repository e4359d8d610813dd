"""What holds for all tests."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings

from ivrkit.testing import ports

# No test asserts a time: a slow machine is no failure.
settings.register_profile("ivrkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ivrkit")

# What a script runs in the background ignores Ctrl-C, and so does all that it starts: programs that
# a test ends by it would go on for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def unused_tcp_port() -> int:
    """A port that nobody gets meanwhile. pytest-asyncio's own is one of those that the kernel hands
    out to the next who asks for any."""
    return ports.free_ports(1)
