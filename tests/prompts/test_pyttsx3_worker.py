"""What the process of pyttsx3 does where espeak-ng's own thread gets no time at once."""

from __future__ import annotations

import subprocess
import sys

ON_A_SLOW_MACHINE = """
import time
from ivrkit.prompts.pyttsx3_worker import Pyttsx3Question, Speaking
from pyttsx3.drivers import _espeak

tell, at_work, wait = _espeak.SetParameter, _espeak.IsPlaying, _espeak.Synchronize
done = 0.0

def told(*parameter):
    global done
    done = time.monotonic() + 0.05
    return tell(*parameter)

def waited():
    time.sleep(max(0.0, done - time.monotonic()))
    return wait()

_espeak.SetParameter = told
_espeak.IsPlaying = lambda: time.monotonic() < done or at_work()
_espeak.Synchronize = waited

speaking = Speaking()
for _ in range(3):
    print("bytes", len(speaking.answer(Pyttsx3Question("seven", "gmw/en-us", 100))))
"""


def test_the_first_text_is_heard_at_its_rate_like_the_next() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", ON_A_SLOW_MACHINE], capture_output=True, text=True, check=True
    )
    first, *others = (int(line[6:]) for line in ran.stdout.splitlines() if line[:6] == "bytes ")
    assert len(others) == 2
    for other in others:
        assert abs(first - other) < 0.02 * other
