"""``python -m tests.fuzz TARGET [libFuzzer's options]``: atheris on one of the targets.

``-`` instead of a target takes many from standard input: see :func:`serve`.

``-runs=N`` ends by itself; without it the fuzzing goes on until something is found or Ctrl-C.
Bounds on time and memory are libFuzzer's: ``-timeout=5 -rss_limit_mb=1024``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

import atheris

with atheris.instrument_imports(include=["ivrkit", "yaml", "jinja2"]):
    from tests.fuzz.targets import TARGETS


def fuzz(command: Sequence[str]) -> None:
    """A target and its options, in this process, which ends with it."""
    target, *options = command
    atheris.Setup([sys.argv[0], *options], TARGETS[target])
    atheris.Fuzz()


def serve() -> None:
    """For each line, ``[FILE, TARGET, OPTION…]`` as JSON: the target in a process of its own, which
    writes into the file; the answer is a line with its exit status. To import the product so that
    it can be watched takes longer than a short run: here it is done once."""
    for line in sys.stdin:
        file, *command = json.loads(line)
        child = os.fork()
        if child == 0:
            told = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(told, 1)
            os.dup2(told, 2)
            fuzz(command)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def main() -> int:
    command = sys.argv[1:]
    if command == ["-"]:
        serve()
        return 0
    if not command or command[0] not in TARGETS:
        print(f"usage: python -m tests.fuzz TARGET\nwith one of: {', '.join(TARGETS)}")
        return 2
    fuzz(command)
    return 0


if __name__ == "__main__":
    sys.exit(main())
