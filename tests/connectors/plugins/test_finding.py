from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.connectors.connector import Place
from ivrkit.connectors.plugins.finding import look_for, source_of
from ivrkit.connectors.plugins.settings import PythonSettings
from ivrkit.errors import ConfigurationError
from ivrkit.flow.world import Function

SOURCE = """
from elsewhere import imported, other as renamed

made = lambda a: a

def plain(account, amount=1, *, strict, loud=False): ...
async def waits(account: str) -> str: ...
def takes_all(account, **more): ...
@decorate
def decorated(account): ...
def positional(account, /): ...
class Score:
    def method(self): ...
raise SystemExit("it is never run")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    plugins = tmp_path / "plugins"
    (plugins / "shop").mkdir(parents=True)
    (plugins / "scoring.py").write_text(SOURCE)
    (plugins / "shop" / "__init__.py").write_text("")
    (plugins / "shop" / "offers.py").write_text("from .all import *\n")
    return plugins


@pytest.mark.parametrize(
    ("function", "names"),
    [
        ("plain", {"account": True, "amount": False, "strict": True, "loud": False}),
        ("waits", {"account": True}),
        *((name, None) for name in ("takes_all", "decorated", "positional")),
        *((name, None) for name in ("imported", "renamed", "made")),
    ],
)
def test_what_a_function_takes_is_read_and_never_run(
    folder: Path, function: str, names: dict[str, bool] | None
) -> None:
    assert look_for(folder / "scoring.py", function).names == names


@pytest.mark.parametrize("function", ["plan", "method", "elsewhere"])
def test_what_is_not_there(folder: Path, function: str) -> None:
    with pytest.raises(ConfigurationError, match=f"no function '{function}'"):
        look_for(folder / "scoring.py", function)


def test_modules_in_folders(folder: Path) -> None:
    assert source_of(folder, "shop") == folder / "shop" / "__init__.py"
    offers = source_of(folder, "shop.offers")
    assert offers == folder / "shop" / "offers.py"
    assert look_for(offers, "anything").names is None


@pytest.mark.parametrize(
    "module", ["../scoring", "scoring.py", "shop/offers", "", ".scoring", "a b"]
)
def test_what_is_no_module(folder: Path, module: str) -> None:
    with pytest.raises(ConfigurationError):
        source_of(folder, module)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"write it: .*scoring\.py"):
        source_of(tmp_path / "plugins", "scoring")


def test_what_the_check_of_flows_is_told(folder: Path) -> None:
    settings = PythonSettings.model_validate(
        {"module": "scoring", "functions": {"waits": {"reads": True}, "plan": {}}}
    )
    assert settings.offers(Place(folder.parent)) == {
        "waits": Function({"account": True}, True),
        "plan": Function(None, False),
    }
    assert (settings.reads("waits"), settings.reads("plan")) == (True, False)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"module": "../scoring", "functions": ["a"]}, "no module"),
        ({"module": "scoring", "functions": []}, "at least 1"),
        ({"module": "scoring", "functions": ["_hidden"]}, "for others to call"),
        ({"module": "scoring", "functions": ["os.system"]}, "for others to call"),
        ({"module": "scoring", "functions": ["a"], "in": "cloud"}, "thread"),
    ],
)
def test_settings_that_cannot_be(fields: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        PythonSettings.model_validate(fields)
