"""What the machine gives, and what runs out, is found before it does harm."""

from __future__ import annotations

import os
import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml

from ivrkit.service.configuration import Configuration, load_configuration
from ivrkit.service.doctor.findings import Finding, State
from ivrkit.service.doctor.machine import examine_machine

Usage = namedtuple("Usage", "total used free")


def site(folder: Path, **sections: Any) -> Configuration:
    file = folder / "ivrkit.yaml"
    file.write_text(yaml.safe_dump({"limits": {"calls": 10}, **sections}))
    file.chmod(0o640)
    (folder / "state").mkdir(mode=0o700, exist_ok=True)
    return load_configuration(folder)


def found(configuration: Configuration, name: str) -> list[Finding]:
    return [each for each in examine_machine(configuration) if each.name == name]


def states(findings: list[Finding]) -> list[State]:
    return [each.state for each in findings]


def test_a_good_machine(tmp_path: Path) -> None:
    findings = list(examine_machine(site(tmp_path)))
    assert set(states([each for each in findings if each.name != "disk"])) == {State.OK}


@pytest.mark.parametrize(
    ("free", "state"), [(50e9, State.OK), (1e9, State.WARNING), (1e6, State.FAIL)]
)
def test_room_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, state: State
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1e12, 0, free))
    (finding,) = found(site(tmp_path), "disk")
    assert finding.state is state
    assert "state and store, messages, prompts" in finding.text


@pytest.mark.parametrize(
    ("path", "mode"), [("state", 0o755), ("key", 0o644), ("ivrkit.yaml", 0o666)]
)
def test_what_others_get_at(tmp_path: Path, path: str, mode: int) -> None:
    key = tmp_path / "key"
    key.write_text("ab" * 32)
    key.chmod(0o600)
    configuration = site(tmp_path, store={"key_file": "key"})
    assert states(found(configuration, "rights")) == [State.OK]
    os.chmod(tmp_path / path, mode)
    (finding,) = found(configuration, "rights")
    assert finding.state is State.WARNING
    assert path in finding.text


def test_open_files(tmp_path: Path) -> None:
    (finding,) = found(site(tmp_path, limits={"calls": 10_000_000}), "open files")
    assert finding.state is State.WARNING
    assert "LimitNOFILE" in finding.remedy


@pytest.mark.parametrize(("days", "state"), [(90, State.OK), (5, State.WARNING), (-1, State.FAIL)])
def test_a_certificate_runs_out(tmp_path: Path, days: int, state: State) -> None:
    ends = datetime.now(UTC) + timedelta(days=days)
    made = trustme.CA().issue_cert(
        "localhost", not_before=ends - timedelta(days=100), not_after=ends
    )
    made.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    made.private_key_pem.write_to_path(tmp_path / "key.pem")
    tls = {"certificate": "cert.pem", "key": "key.pem"}
    assert states(found(site(tmp_path, api={"tls": tls}), "certificate")) == [state]
    (tmp_path / "cert.pem").write_text("nothing")
    assert states(found(site(tmp_path, api={"tls": tls}), "certificate")) == [State.FAIL]


def test_tokens_run_out_or_are_replaced(tmp_path: Path) -> None:
    soon = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    over = (datetime.now(UTC) - timedelta(days=2)).isoformat()

    def token(name: str, **more: Any) -> dict[str, Any]:
        return {"name": name, "scopes": ["metrics:read"], "sha256": name[0] * 64, **more}

    assert states(found(site(tmp_path, api={"tokens": [token("a")]}), "tokens")) == [State.OK]
    tokens = [
        token("a", expires=soon),
        token("b", expires=over),
        token("c", sha256=["d" * 64, "e" * 64]),
    ]
    findings = found(site(tmp_path, api={"tokens": tokens}), "tokens")
    assert states(findings) == [State.WARNING] * 3
    assert [
        next(
            words
            for words in ("has run out", "runs out", "is being replaced")
            if words in each.text
        )
        for each in findings
    ] == ["runs out", "has run out", "is being replaced"]


def test_a_state_folder_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = site(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != configuration.state)
    (finding,) = found(configuration, "rights")
    assert finding.state is State.FAIL
    assert str(configuration.state) in finding.text
    assert "the user of the engine" in finding.remedy
