"""``python -m bench``: the tables, and ``bench/results.json``.

Exit status 1 when calls failed, 2 when this machine lacks something; aims that are missed are no
failure.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import uvloop
from rich.console import Console

from bench import (
    checking,
    first_audio,
    latencies,
    lookups,
    memory,
    prompts_build,
    recognition,
    recognitions_at_once,
    reload,
    results,
    say_rules,
    scripts,
    slow_lookups,
    telephones,
)
from bench.rows import Benchmark, Tell
from ivrkit.errors import IvrkitError, NotAvailable

console = Console()

Measure = Callable[[Path, int, bool, Tell], Awaitable[Benchmark]]
BENCHMARKS: Mapping[str, Measure] = {
    each.NAME: each.measure
    for each in (
        checking,
        scripts,
        lookups,
        telephones,
        latencies,
        memory,
        slow_lookups,
        reload,
        recognition,
        recognitions_at_once,
        prompts_build,
        first_audio,
        say_rules,
    )
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = ", ".join(BENCHMARKS)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {names}; else all")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each")
    parser.add_argument("--quick", action="store_true", help="see that it works: one short turn")
    parser.add_argument("--results", type=Path, default=results.FILE, help="where figures go")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}: write one of {names}")
    return given


async def measure(given: argparse.Namespace) -> None:
    """The whole run. Raises IvrkitError when something failed."""
    for name in given.names or BENCHMARKS:
        with tempfile.TemporaryDirectory(prefix="ivrkit-bench-") as folder:
            rounds = 1 if given.quick else given.rounds
            found = await BENCHMARKS[name](Path(folder), rounds, given.quick, console.print)
        console.print(results.table(found))
        results.write(results.document([found], results.read(given.results)), given.results)


def main() -> int:
    given = arguments()
    try:
        uvloop.run(measure(given))
    except IvrkitError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, NotAvailable) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
