"""The demo's folder: its configuration, state and spoken prompts."""

from __future__ import annotations

import fcntl
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from ivrkit.errors import NotAvailable
from ivrkit.service.configuration import FILE
from ivrkit.service.making import PROJECTS
from ivrkit.service.sample_database import make_database
from ivrkit.testing import ports
from ivrkit.testing.asterisk import PrivateAsterisk

PROJECT = Path(__file__).parents[3]
NUMBERS = {
    "800": "bank",
    "801": "clinic",
    "802": "outage",
    "803": "parcel",
    "804": "school",
    "805": "parts",
    "814": "lotus-clinic",
    "815": "ferry",
}
FOLDER = ".demo"
RECOGNISERS = {"en": {"engine": "pocketsphinx", "processes": 1}}
"""PocketSphinx brings an English model along; where it is not installed, callers have keys."""
DRIVER = "DRIVER={SQLite3}"
DATABASE = "bank.db"
"""The bank's accounts, a file of SQLite in the demo's folder."""


def flows_folder() -> Path:
    """The project's flows. Raises NotAvailable where ivrkit was installed without them."""
    folder = PROJECT / "flows"
    missing = [flow for flow in NUMBERS.values() if not (folder / f"{flow}.yaml").is_file()]
    if missing:
        raise NotAvailable(
            f"the flows of the demo are not in {folder}", hint="run it in a clone of the project"
        )
    return folder


@contextmanager
def demo_folder(parent: Path) -> Iterator[Path]:
    """A folder for one demo: ``.demo`` in ``parent``, which keeps the spoken prompts for the next
    time, or a temporary one while another demo has that, or where it cannot be made."""
    folder = parent.absolute() / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError:
        yield from _temporary()
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield from _temporary()
            return
        _clear(folder)
        try:
            yield folder
        finally:
            _clear(folder)


def _clear(folder: Path) -> None:
    """Leave nothing of an earlier demo but the spoken prompts."""
    for name in ("state", "phones", "flows"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "ivrkit.yaml").unlink(missing_ok=True)


def _temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ivrkit-demo-") as name:
        yield Path(name).resolve()


def cache_folder(folder: Path) -> Path:
    """Where spoken prompts are kept; Asterisk reads them there."""
    made = folder / "cache" / "prompts"
    made.mkdir(parents=True, exist_ok=True)
    return made


def link_flows(folder: Path) -> Path:
    """A folder with the flows of the demo, and what they run: others of the project ask systems
    that the demo does not have. They are links: what is changed in the project is changed here."""
    own = flows_folder()
    files = [own / f"{name}.yaml" for name in NUMBERS.values()]
    for file in [*files, *own.glob("library/*.yaml")]:
        link = folder / "flows" / file.relative_to(own)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(file)
    return folder / "flows"


def make_accounts(folder: Path) -> Path:
    """The bank's accounts as they are when the demo begins."""
    file = folder / DATABASE
    make_database(PROJECTS / "bank/database/bank.sql", file)
    return file


def write_configuration(folder: Path, asterisk: PrivateAsterisk) -> Path:
    """``ivrkit.yaml`` for this Asterisk, so that other commands find the running demo."""
    own = yaml.safe_load((PROJECT / FILE).read_text("utf-8"))
    settings = {
        "asterisk": {
            "url": asterisk.ari_url,
            "user": asterisk.ari_user,
            "password": asterisk.ari_password,
            "application": asterisk.site.application,
        },
        "flows": str(link_flows(folder)),
        "numbers": NUMBERS,
        "queues": own["queues"],
        "dialplan": own["dialplan"],
        "connectors": {"database": {"crm": {"connection": f"{DRIVER};DATABASE={DATABASE}"}}},
        "speech": {"recognisers": RECOGNISERS},
        "prompts": {"folder": str(PROJECT / "prompts"), "cache": "cache/prompts"},
        "api": {"port": ports.free_ports(1)},
        "state": "state",
    }
    lines = [f"{name}: {json.dumps(value)}" for name, value in settings.items()]
    path = folder / "ivrkit.yaml"
    path.touch(mode=0o600)
    path.write_text("# Made by `ivrkit demo` for the Asterisk it runs.\n" + "\n".join(lines) + "\n")
    return path
