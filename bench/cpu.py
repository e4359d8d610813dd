"""The CPU time of a process, with all its threads (``proc_pid_stat(5)``)."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def seconds(pid: int) -> float:
    """User and system time since the process began; a step is 10 ms, so count many calls."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    # The name, in brackets, may hold spaces and brackets itself.
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
