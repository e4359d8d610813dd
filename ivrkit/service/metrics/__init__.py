"""Figures for Prometheus: one file per subject in ``subjects``, listed in ``metrics.py``.

What happened in calls is told by the trace and by nothing else; how things are now is looked at
when somebody asks. A label holds names of the configuration and of flow files, or words of this
program, never a caller, a number or a value of a call, and only so many different ones.
"""

from ivrkit.service.metrics.metrics import CONTENT_TYPE, Metrics

__all__ = ["CONTENT_TYPE", "Metrics"]
