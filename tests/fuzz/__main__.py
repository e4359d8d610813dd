"""``python -m tests.fuzz TARGET [libFuzzer's options]``: atheris on one of the targets.

``-runs=N`` ends by itself; without it the fuzzing goes on until something is found or Ctrl-C.
Bounds on time and memory are libFuzzer's: ``-timeout=5 -rss_limit_mb=1024``.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["ivrkit", "yaml", "jinja2"]):
    from tests.fuzz.targets import TARGETS


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        print(f"usage: python -m tests.fuzz TARGET\nwith one of: {', '.join(TARGETS)}")
        return 2
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
