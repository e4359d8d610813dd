"""The files of docker/: without a fault, and of one mind."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from dockerfile_parse import DockerfileParser
from jsonschema import Draft7Validator

from ivrkit.service.configuration import load_configuration
from ivrkit.service.notifying import SPARE_SECONDS

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
DOCKERFILES = sorted(DOCKER.glob("*/Dockerfile"))
SCRIPTS = [
    DOCKER / name
    for name in ("make-secrets", "asterisk/start", "ivrkit/with-secrets", "systemd/ivrkit")
]
SCHEMA = Path(__file__).with_name("compose-spec.json")
"""The schema of the Compose Specification (Apache-2.0)."""
BIN = Path(sys.executable).parent
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]


def output(command: list[str | Path], **environment: str) -> str:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", **environment},
    )
    return done.stdout + done.stderr if done.returncode else done.stdout


def steps(file: Path) -> list[tuple[str, str]]:
    parser = DockerfileParser(fileobj=BytesIO(file.read_bytes()))
    return [(each["instruction"], each["value"]) for each in parser.structure]


# ---- images ------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.parent.name)
def test_hadolint_finds_nothing(file: Path) -> None:
    assert output([BIN / "hadolint", "-c", ROOT / ".hadolint.yaml", file]) == ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_shellcheck_finds_nothing(script: Path) -> None:
    assert output([BIN / "shellcheck", script]) == ""


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.parent.name)
def test_an_image_serves_as_an_ordinary_user(file: Path) -> None:
    told = dict(steps(file))
    assert int(told["USER"].split(":")[0]) > 0
    assert told["STOPSIGNAL"] == "SIGTERM"
    assert "CMD" in told["HEALTHCHECK"]


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.parent.name)
def test_what_an_image_takes_reaches_it(file: Path) -> None:
    """And of the project nothing else does."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    allowed = [line[1:] for line in lines if line.startswith("!")]
    assert "*" in lines
    for verb, value in steps(file):
        if verb != "COPY" or "--from=" in value:
            continue
        for source in [word for word in value.split() if not word.startswith("--")][:-1]:
            assert any(ROOT.glob(source)), source
            assert any(fnmatch(source, each) or source == each for each in allowed), source


def test_a_secret_of_a_file_becomes_a_variable(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("it's $HOME\n")
    script = [
        DOCKER / "ivrkit/with-secrets",
        "sh",
        "-c",
        'echo "$CRM_PASSWORD${CRM_PASSWORD_FILE-}"',
    ]
    assert output(script, CRM_PASSWORD_FILE=str(tmp_path / "password")) == "it's $HOME\n"
    told = output(script, CRM_PASSWORD_FILE="/run/secrets/none")
    assert told == "CRM_PASSWORD: the file /run/secrets/none cannot be read\n"


def test_asterisk_begins_with_what_is_its_own(tmp_path: Path) -> None:
    (tmp_path / "ivrkit.d").mkdir()
    (tmp_path / "password").write_text("0123abcd")
    values = {
        "ASTERISK_CONF": str(tmp_path),
        "ARI_PASSWORD_FILE": str(tmp_path / "password"),
        "EXTERNAL_ADDRESS": "192.0.2.7",
        "RTP_PORTS": "10000-10199",
    }
    assert output([DOCKER / "asterisk/start", "echo", "begun"], **values) == "begun\n"
    written = {file.name: file.read_text() for file in (tmp_path / "ivrkit.d").iterdir()}
    assert "password = 0123abcd" in written["ari.conf"]
    assert "rtpstart = 10000\nrtpend = 10199" in written["rtp.conf"]
    assert "external_media_address = 192.0.2.7" in written["pjsip.conf"]
    included = {text.splitlines()[-1] for text in written.values()}
    assert {f"#tryinclude site/{name}" for name in written} == included
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "ivrkit.d").iterdir()} == {0o640}
    for name in written:  # and Asterisk reads each
        assert f"#tryinclude ivrkit.d/{name}" in (ROOT / "asterisk-conf" / name).read_text()
    del values["ARI_PASSWORD_FILE"]
    told = output([DOCKER / "asterisk/start", "echo", "begun"], **values)
    assert told == "ARI_PASSWORD_FILE names no file\n"


# ---- compose.yaml ------------------------------------------------------------------------------


def test_it_is_as_the_specification_says() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(COMPOSE)] == []
    broken = {**COMPOSE, "services": {"ivrkit": {"imago": "ivrkit"}}}
    assert not Draft7Validator(schema).is_valid(broken)


def test_only_telephony_is_published() -> None:
    published = {
        port: name
        for name, service in SERVICES.items()
        for port in service.get("ports", ())
        if not port.startswith("127.0.0.1:")
    }
    assert published == {"5060:5060/udp": "asterisk", "10000-10199:10000-10199/udp": "asterisk"}
    networks = {name: set(service["networks"]) for name, service in SERVICES.items()}
    inside = {name for name, each in COMPOSE["networks"].items() if each and each.get("internal")}
    assert networks["postgresql"] <= inside
    assert networks["asterisk"] - inside == {"telephony"}
    assert [name for name in networks if "telephony" in networks[name]] == ["asterisk"]


def test_all_that_is_named_is_there() -> None:
    for kind in ("volumes", "secrets", "networks"):
        used = {
            each.partition(":")[0]
            for service in SERVICES.values()
            for each in service.get(kind, ())
            if not each.startswith(("./", "/"))
        }
        assert used == set(COMPOSE[kind]), kind
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            if volume.startswith("./"):
                assert (DOCKER / volume.partition(":")[0]).exists(), volume
        for name in (
            value for key, value in service.get("environment", {}).items() if "FILE" in key
        ):
            assert name.removeprefix("/run/secrets/") in service["secrets"]
        if "build" in service:
            assert (ROOT / service["build"]["dockerfile"]).is_file()
            built = dict(steps(ROOT / service["build"]["dockerfile"]))
            assert "HEALTHCHECK" in built
        else:
            assert "healthcheck" in service


def test_no_secret_stands_in_it(tmp_path: Path) -> None:
    assert output([DOCKER / "make-secrets", tmp_path / "secrets"]) == ""
    made = {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    assert all(re.fullmatch(r"[0-9a-f]{64}", text) for text in made.values())
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert output([DOCKER / "make-secrets", tmp_path / "secrets"]) == ""
    assert {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()} == made
    assert "/docker/secrets/" in (ROOT / ".gitignore").read_text()
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|TOKEN|KEY|SECRET", name):
                assert value.startswith("/run/secrets/"), name


def test_the_site_fits_the_containers() -> None:
    engine, asterisk = SERVICES["ivrkit"], SERVICES["asterisk"]
    secrets = {
        name.removesuffix("_FILE"): "0" * 64
        for name in engine["environment"]
        if name.endswith("_FILE")
    }
    configuration = load_configuration(DOCKER / "ivrkit/site", secrets)
    grace = float(engine["stop_grace_period"].removesuffix("s"))
    assert grace >= configuration.drain.total_seconds() + SPARE_SECONDS
    cache = str(configuration.prompts.cache)
    assert f"prompts:{cache}" in engine["volumes"]
    assert f"prompts:{cache}:ro" in asterisk["volumes"]
    assert f"state:{configuration.state}" in engine["volumes"]
    assert len(configuration.store_keys(secrets)) == 1
    assert configuration.store_url.host == "postgresql"
    assert configuration.asterisk.url == "http://asterisk:8088"
    (port,) = engine["ports"]
    assert port == f"127.0.0.1:{configuration.api.port}:{configuration.api.port}"


def test_prometheus_and_grafana_find_what_they_ask() -> None:
    scrape = yaml.safe_load((DOCKER / "prometheus/prometheus.yml").read_text())["scrape_configs"][0]
    assert scrape["static_configs"] == [{"targets": ["ivrkit:8060"]}]
    secret = Path(scrape["authorization"]["credentials_file"]).name
    assert secret in SERVICES["prometheus"]["secrets"]
    assert SERVICES["grafana"]["environment"]["PROMETHEUS_URL"] == "http://prometheus:9090"
    board = yaml.safe_load((DOCKER / "grafana/provisioning/dashboards/ivrkit.yml").read_text())
    place = board["providers"][0]["options"]["path"]
    assert any(volume.split(":")[1] == place for volume in SERVICES["grafana"]["volumes"])
