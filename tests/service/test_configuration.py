from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.service.api.tokens import TokenScope, digest
from ivrkit.service.configuration import Configuration, load_configuration
from ivrkit.store import Retention

TOKEN = "0123456789abcdef0123456789abcdef"


def read(folder: Path, text: str, **environment: str) -> Configuration:
    path = folder / "ivrkit.yaml"
    path.write_text(text)
    return load_configuration(path, environment)


def test_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = load_configuration(environment={})
    assert found.asterisk.application == "ivrkit"
    assert found.api.host == "127.0.0.1"
    assert found.flows == Path("flows")
    assert found.store_url.database == "state/ivrkit.db"
    assert found.prompts.cache == Path("cache/prompts")
    assert found.kept() == Retention()
    assert found.store_keys({}) == ()
    assert found.api.configured_tokens() == []
    assert found.default_flow is None


def test_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    found = read(tmp_path, "state: /var/lib/ivrkit\nprompts: {folder: sounds}\n")
    assert found.flows == tmp_path / "flows"
    assert found.prompts.folder == tmp_path / "sounds"
    assert found.prompts.cache == tmp_path / "cache/prompts"
    assert found.store_url.database == "/var/lib/ivrkit/ivrkit.db"
    found = read(tmp_path, "store: {path: s.db}\nprompts: {cache: spoken}\n")
    assert found.store_url.database == str(tmp_path / "s.db")
    assert found.prompts.cache == tmp_path / "spoken"
    assert load_configuration(tmp_path) == found


def test_a_whole_file(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """
asterisk:
  url: http://pbx:8088
  password: ${P}
  rest: http
  inheritable_headers: off
flows: ivr
numbers:
  800: bank
  801: {flow: clinic, section: night, with: {desk: "5"}, tenant: acme}
default_flow: bank
queues:
  service: {asterisk: desk, headers: [account], timeout: 5m}
webhook: {url: https://crm.example/called, secret: "${HOOK}"}
prompts:
  voices:
    en: {voice: en-gb, speed: 0.9}
limits: {calls: 200}
api:
  host: 0.0.0.0
  plain: true
  port: 9000
  tokens:
    - {name: crm, token: "${CRM}", scopes: [handoff:read], tenant: acme}
    - {name: wall, sha256: """
        + digest("x" * 40)
        + """, scopes: [tail, calls:read]}
retention: {trace: 7d, payload: 90m}
store: {power_safe: true}
""",
        P="x",
        CRM=TOKEN,
        HOOK="h" * 16,
    )
    assert found.handoff.queue("service").timeout == timedelta(minutes=5)
    assert found.handoff.webhook == found.webhook
    assert found.asterisk.inheritable_headers == "off"
    assert found.numbers["800"].flow == "bank"
    assert found.numbers["801"].section == "night"
    assert (found.numbers["800"].tenant, found.numbers["801"].tenant) == ("", "acme")
    assert found.prompts.voices["en"][0].speed == 0.9
    assert found.limits.calls == 200
    assert found.kept().trace == timedelta(days=7)
    assert found.kept().payload == timedelta(minutes=90)
    assert found.store.power_safe
    crm, wall = found.api.configured_tokens()
    assert (crm.name, crm.hashes, crm.tenant) == ("crm", (digest(TOKEN),), "acme")
    assert crm.scopes == {TokenScope.HANDOFF_READ}
    assert wall.scopes == {TokenScope.TAIL, TokenScope.CALLS_READ}


TENANTS = {
    "of a number": "numbers: {{800: {{flow: bank, tenant: {}}}}}",
    "of a token": f"api: {{{{tokens: [{{{{name: crm, sha256: {'a' * 64}, scopes: [tail], "
    "tenant: {}}}]}}",
}


@pytest.mark.parametrize("where", TENANTS)
@pytest.mark.parametrize(
    "name", ["''", '"${T}"', "' acme'", '"acme\\n"', "a b", "-a", "ä", "a/b", "'*'", "a" * 65]
)
def test_a_name_that_no_tenant_can_have(tmp_path: Path, where: str, name: str) -> None:
    with pytest.raises(ConfigurationError, match="is no name of a tenant: 1 to 64") as caught:
        read(tmp_path, TENANTS[where].format(name), T="")
    assert "ivrkit.yaml:1:" in str(caught.value)


@pytest.mark.parametrize("name", ["acme", "A-1", "42", "acme.de_berlin", "a" * 64])
def test_a_name_that_a_tenant_can_have(tmp_path: Path, name: str) -> None:
    numbers, tokens = (text.format(name) for text in TENANTS.values())
    found = read(tmp_path, f"{numbers}\n{tokens}\n")
    assert found.numbers["800"].tenant == found.api.tokens[0].tenant == name


def test_where_the_store_is(tmp_path: Path) -> None:
    url = "url: postgresql://ivrkit@db.example:5433/calls?sslmode=require"
    found = read(tmp_path, f'store: {{{url}, password: "${{P}}"}}\n', P="a@b/ä").store_url
    assert (found.host, found.port, found.database) == ("db.example", 5433, "calls")
    assert (found.password, found.query["sslmode"]) == ("a@b/ä", "require")
    found = read(tmp_path, "store: {url: 'postgresql://ivrkit:p%40ss@db/calls'}\n").store_url
    assert found.password == "p@ss"
    for written, path in (
        ("sqlite:////var/s.db", "/var/s.db"),
        ("sqlite:///s.db", tmp_path / "s.db"),
    ):
        assert read(tmp_path, f"store: {{url: '{written}'}}\n").store_url.database == str(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{path: s.db, url: 'sqlite:////s.db'}", "give either path or url"),
        ("{password: hunter2}", "a password goes with a url"),
        ("{url: 'mysql://u:hunter2@h/d'}", "a store cannot be in 'mysql'"),
        ("{url: 'postgresql://u:hunter2@h'}", "names no database"),
        ("{url: 'hunter2'}", "this is no URL of a store"),
        ("{url: 'sqlite://'}", "a store in SQLite is a file"),
    ],
)
def test_a_wrong_place_of_the_store(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        read(tmp_path, f"store: {text}\n")
    told = str(caught.value).replace(f"store: {text}", "")  # the line of the file itself is shown
    assert "hunter2" not in told


def test_the_key_of_the_store(tmp_path: Path) -> None:
    key = bytes(range(32))
    found = read(tmp_path, 'store: {key: "${K}"}\n', K=key.hex())
    assert found.store_keys({}) == (key,)
    (tmp_path / "key").write_text(key.hex())
    found = read(tmp_path, "store: {key_file: key}\n")
    assert found.store_keys({}) == (key,)
    found = read(tmp_path, "")
    assert found.store_keys({"IVRKIT_STORE_KEY": key.hex()}) == (key,)
    with pytest.raises(ConfigurationError, match="store: key holds no key"):
        read(tmp_path, "store: {key: secret}\n").store_keys({})
