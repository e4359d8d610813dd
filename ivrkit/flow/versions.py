"""What is said of a file whose version of the language is not the one that is read."""

from __future__ import annotations


def version_problem(text: str, version: int) -> tuple[str, str]:
    """The message and the hint about ``ivrkit: text`` where ``version`` is read."""
    if text.isdecimal() and len(text) < 10:
        if int(text) > version:
            return (
                f"the file is of version {int(text)} of the language, and this ivrkit reads "
                f"version {version}",
                f"use an ivrkit that reads version {int(text)}: pip install --upgrade ivrkit",
            )
        if int(text) < version:
            return (
                f"the file is of version {int(text)} of the language, which is read no more",
                "bring it to this version with: ivrkit migrate FILE",
            )
    return f"'{text[:20]}' is no version of the language", f"write `ivrkit: {version}`"
