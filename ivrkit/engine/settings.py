"""The section ``limits`` of ``ivrkit.yaml``."""

from datetime import timedelta

from pydantic import Field

from ivrkit.call.settings import Duration, Section


class LimitSettings(Section):
    """When new calls go back to the dialplan with IVRKIT_STATUS=BUSY: when there are ``calls`` in
    progress, and while the engine is behind by more than ``late``. Calls in progress are never
    touched."""

    calls: int = Field(default=1000, ge=1)
    late: Duration = timedelta(milliseconds=200)
