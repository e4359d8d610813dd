"""The workbench: a call played step by step, with commands that are typed or piped in.

One command per file in ``commands/``, found by looking into the folder; the call itself is
:class:`ivrkit.qa.workbench.Workbench`, which knows no commands. A command says what it has done by
``desk.tell``; nothing here prints.
"""

from __future__ import annotations

from ivrkit.service.workbench.desk import Desk
from ivrkit.service.workbench.running import run_workbench

__all__ = ["Desk", "run_workbench"]
