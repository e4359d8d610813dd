"""The worst case of a flow: how long a call can last, and what it takes to reach a person.

Walks over the same graph as the checks; nothing is run. What each figure means is said at the
fields of :class:`Worst`; flows that are run are summed up once for all who run them.
"""

from __future__ import annotations

from ivrkit.flow.worst.figures import Figures, Person, Worst

__all__ = ["Figures", "Person", "Worst"]
