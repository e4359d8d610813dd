"""Fuzzing: a short run of each target with atheris (coverage-guided), and files made to hurt."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivrkit.flow.source import DEEPEST, LARGEST
from ivrkit.service.registries import reader
from tests.fuzz.targets import TARGETS
from tests.soak import times

ROOT = Path(__file__).parents[2]
SEEDS = {
    "loader": ROOT / "flows",
    "scripts": ROOT / "tests" / "calls",
}
RUNS = {"loader": 1500, "scripts": 1500, "expressions": 30_000, "keys": 20_000} | {
    "statements": 30_000,
    "frames": 30_000,
    "documents": 20_000,
    "messages": 20_000,
    "files": 10_000,
    "sayings": 1_000,
    "translations": 5_000,
    "packets": 15_000,
    "lines": 3_000,
    "recordings": 5_000,
}
WRITTEN = {
    "expressions": ["card.number ~ a", "items | length + n * 2", "{{ upper(a) if flag else n }}"],
    "statements": [
        "select * from t where a = :a and b = ':b' -- :c",
        "E'it\\'s :a' || q'[it's]' || $t$ :a $t$ /* :b */ :b.c; select 1",
    ],
    "frames": ["\x00ab\r\ncd\r\n", "\x01\x02ab\x03", "\x04\x00\x02ab", "\x06002ab"],
    "documents": [
        'application/json; charset=utf-8\n{"a": [1, 2.50, "\\u00e9", null]}',
        'text/xml\n<?xml version="1.0" encoding="utf-8"?><a b="c"><!-- d -->e</a>',
    ],
    "messages": ['ok|{"a": 1}', "not_found|", "error|no such plan"],
    "files": ['a,b\r\n1,"x""y"\r\n', '{"a": 1}\n{"a": null}\n', "[]", "a;b\n'=1;2\n"],
    "sayings": [
        "\x01\x00twelve euros fifty",
        "\x09\x02\x01\x02\x03",
        "\x07\x03二零二四年一月十三日",
    ],
    "translations": [
        'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
        'msgctxt "a/b"\nmsgid "one {count: n}"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n',
        '\ufeffname,form,text,fr,unsure\r\na,one,Dear {{ name }},"\'=x, {time: at}",no\r\n',
    ],
    "packets": ["\x10\x00\x0a\x00\x05\x00\x00\x00\x00\x00\x00\x00\x07abcd" * 3],
    "lines": ["\xffab" * 900],
    "recordings": [".ulaw\nabcdef", ".wav\nRIFF$\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00"],
    "keys": ["1,2,*31,0|1231*3", "X.,[1-5]N|12#", "1,12,123|1-12-3"],
}
MOST_MEMORY = 1024
"""Megabytes; libFuzzer ends the run when it takes more."""
SLOWEST = 10
"""Seconds that one input may take."""


def seeds(target: str, folder: Path) -> Path:
    """Files to begin with, flat in one folder."""
    folder.mkdir()
    if target in SEEDS:
        for number, file in enumerate(sorted(SEEDS[target].rglob("*.yaml"))):
            shutil.copy(file, folder / f"{number}.yaml")
    for number, text in enumerate(WRITTEN.get(target, ())):
        (folder / f"{number}.txt").write_text(text)
    return folder


@pytest.fixture(scope="module")
def fuzzer() -> Iterator[subprocess.Popen[str]]:
    """What runs targets, one after the other."""
    if importlib.util.find_spec("atheris") is None:
        assert not os.environ.get("CI"), "atheris is not installed"
        pytest.skip("NOT FUZZED: atheris is not installed")
    command = [sys.executable, "-m", "tests.fuzz", "-"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as running:
        yield running


@pytest.mark.soak
@pytest.mark.timeout(times(240, 7200))
@pytest.mark.parametrize("target", TARGETS)
def test_nothing_surprising_comes_out(
    target: str, fuzzer: subprocess.Popen[str], tmp_path: Path
) -> None:
    runs = times(RUNS[target], RUNS[target] * 100)
    command = [str(tmp_path / "told"), target, f"-runs={runs}"]
    command += [f"-rss_limit_mb={MOST_MEMORY}", f"-timeout={SLOWEST}", "-max_len=40000", "-seed=1"]
    command += [f"-artifact_prefix={tmp_path}/", str(seeds(target, tmp_path / "seeds"))]
    assert fuzzer.stdin is not None
    assert fuzzer.stdout is not None
    fuzzer.stdin.write(json.dumps(command) + "\n")
    fuzzer.stdin.flush()
    status = fuzzer.stdout.readline().strip()
    told = (tmp_path / "told").read_text(errors="replace")
    found = "".join(
        f"\n{file.name}: {file.read_bytes()[:2000]!r}"
        for file in tmp_path.iterdir()
        if file.is_file() and file.name != "told"
    )
    assert status == "0", told[-3000:] + found
    assert "DONE" in told or "Done" in told, told[-3000:]


# ---- flows with a few mistakes in them -----------------------------------------------------------

FLOWS = [file.read_text() for file in sorted((ROOT / "flows").rglob("*.yaml"))]
MARKS = [":", "- ", "{", "}", "[", "]", "'", '"', "#", "|", ">", "*", "&", "{{", "}}", "\t", "\n"]


@given(st.integers(0, 2**32), st.sampled_from(FLOWS))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_flow_with_a_few_mistakes_has_findings_and_no_more(seed: int, text: str) -> None:
    chance = random.Random(seed)
    lines = text.splitlines(keepends=True)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                del lines[at]
            case 1:
                lines[at] = " " * chance.randrange(9) + lines[at].lstrip(" ")
            case 2:
                other = chance.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                place = chance.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:place] + chance.choice(MARKS) + lines[at][place:]
            case 4:
                place = chance.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:place] + lines[at][place + 3 :]
        if not lines:
            return
    TARGETS["loader"]("".join(lines).encode())


# ---- files made to hurt --------------------------------------------------------------------------


def _hurtful() -> Iterator[tuple[str, bytes]]:
    yield "ten megabytes", b"a: " + b"x" * 10_000_000
    yield "ten megabytes of lines", b"- a\n" * 2_500_000
    yield "as large as may be", b"a: [" + b"b," * (LARGEST // 2 - 4) + b"]"
    yield "a hundred levels of brackets", b"a: " + b"[" * 100 + b"]" * 100
    yield "a hundred thousand levels", b"a: " + b"[" * 100_000
    yield "levels of lines", b"".join(b" " * n + b"a:\n" for n in range(DEEPEST + 50))
    bomb = b"a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + b"".join(
        b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 12)
    )
    yield "a bomb of aliases", bomb
    yield "an alias of itself", b"a: &a [*a]"
    yield "nothing", b""
    yield "zero bytes", b"\0" * 1000


HURTFUL = list(_hurtful())


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("what", "data"), HURTFUL, ids=[what for what, _ in HURTFUL])
def test_a_file_made_to_hurt_gives_one_clear_message(
    what: str, data: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "hurtful.yaml"
    file.write_bytes(data)
    flow, found = reader().read(file, name="hurtful")
    assert flow is None
    told = [each for each in found if each.severity == "error"]
    assert len(told) == 1, [str(each) for each in found]
    assert 0 < len(told[0].message) < 300


INVALID = [
    *(bytes([first]) for first in range(0x80, 0x100)),  # a continuation, or a beginning alone
    b"\xc0\x80",  # overlong
    b"\xc1\xbf",
    b"\xe0\x80\x80",
    b"\xf0\x80\x80\x80",
    b"\xed\xa0\x80",  # half of a surrogate pair
    b"\xed\xbf\xbf",
    b"\xf4\x90\x80\x80",  # beyond U+10FFFF
    b"\xf8\x88\x80\x80\x80",
    b"\xe2\x82",  # cut off
    b"\xf0\x9f\x98",
    b"\xff\xfe",  # other encodings
    b"\xfe\xff",
]


@pytest.mark.parametrize("wrong", INVALID, ids=[each.hex() for each in INVALID])
@pytest.mark.parametrize("place", ["text", "key", "comment", "end"])
def test_every_invalid_utf8_is_told_at_its_place(wrong: bytes, place: str, tmp_path: Path) -> None:
    line = {
        "text": b"title: a%sb" % wrong,
        "key": b"ti%stle: a" % wrong,
        "comment": b"# a%sb" % wrong,
        "end": b"title: a" + wrong,
    }[place]
    file = tmp_path / "wrong.yaml"
    file.write_bytes(b"ivrkit: 1\nflow: wrong\n" + line + (b"" if place == "end" else b"\n"))
    flow, found = reader().read(file, name="wrong")
    assert flow is None
    (only,) = found
    column = line.index(wrong) + 1
    assert (only.code, only.mark.line, only.mark.column) == ("not-utf8", 3, column)
