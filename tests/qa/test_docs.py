"""The examples of the page about call scripts are read."""

from __future__ import annotations

import re
from pathlib import Path

from ivrkit.qa.reading import read_script

PAGE = Path(__file__).parents[2] / "docs" / "call-scripts.md"


def test_every_example_is_a_script() -> None:
    examples = re.findall(r"```yaml\n(script:.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert examples
    for example in examples:
        _, found = read_script("call-scripts.md", example)
        assert [str(each) for each in found] == []
