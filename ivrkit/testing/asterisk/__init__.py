"""A private Asterisk for the demo, the tests and ``ivrkit test --live``.

Rule: it runs on exactly the files of ``asterisk-conf/``; what must differ stands in override
files. It is on the loopback only, changes nothing on the machine, and nothing of it outlives its
owner. ``python -m ivrkit.testing.asterisk`` starts one in the foreground.
"""

from __future__ import annotations

from ivrkit.testing.asterisk.instance import PrivateAsterisk

__all__ = ["PrivateAsterisk"]
