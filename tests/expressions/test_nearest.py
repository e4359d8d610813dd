from __future__ import annotations

from ivrkit.expressions.nearest import did_you_mean, nearest


def test_the_nearest_name() -> None:
    assert nearest("custmer", ["account", "customer"]) == "customer"
    assert nearest("xyz", ["account"]) is None


def test_the_hint() -> None:
    assert did_you_mean("custmer", ["customer"]) == "did you mean 'customer'?"
    assert did_you_mean("zzz", ["b", "a"]) == "there are: a, b"
    assert did_you_mean("zzz", []) == ""
    assert did_you_mean("zzz", [f"n{n}" for n in range(20)]).endswith(", …")
