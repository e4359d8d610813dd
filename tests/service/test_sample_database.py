from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.service.making import PROJECTS, make_project
from ivrkit.service.sample_database import make_database

SCRIPT = PROJECTS / "bank/database/bank.sql"


def balances(file: Path) -> list[tuple[str, float]]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute("select number, balance from accounts order by number").fetchall()


def test_a_script_becomes_a_file_and_a_file_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "bank.db"
    make_database(SCRIPT, file)
    with closing(sqlite3.connect(file)) as database:
        database.execute("update accounts set balance = 0")
        database.commit()
    make_database(SCRIPT, file)
    assert balances(file) == [("123456", 12.5), ("654321", 1204.07)]
    assert [path.name for path in tmp_path.iterdir()] == ["bank.db"]


def test_what_goes_wrong_leaves_the_file_alone(tmp_path: Path) -> None:
    file, script = tmp_path / "bank.db", tmp_path / "bank.sql"
    make_database(SCRIPT, file)
    script.write_text("create table accounts (number text);\nnonsense;\n")
    with pytest.raises(ConfigurationError, match="cannot be made"):
        make_database(script, file)
    assert balances(file)
    with pytest.raises(ConfigurationError, match="cannot be made"):
        make_database(SCRIPT, tmp_path / "nowhere" / "bank.db")


def test_a_new_bank_has_its_database(tmp_path: Path) -> None:
    made = make_project(tmp_path / "bank", "bank")
    assert tmp_path / "bank/database/bank.db" in made
    assert balances(tmp_path / "bank/database/bank.db")
    readme = (tmp_path / "bank/README.md").read_text()
    assert "ivrkit simulate bank --real" in readme
    assert "libsqliteodbc" in readme
