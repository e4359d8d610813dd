"""What holds for all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# No test asserts a time: a slow machine is no failure.
settings.register_profile("ivrkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ivrkit")
