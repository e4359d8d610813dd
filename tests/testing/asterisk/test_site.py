from __future__ import annotations

import re
from pathlib import Path

from ivrkit.testing.asterisk.instance import SHIPPED
from ivrkit.testing.asterisk.site import Site, override_files


def site() -> Site:
    return Site(http_port=30001, sip_port=30002, rtp_ports=(10000, 11999), application="other")


def test_each_file_has_its_own_values() -> None:
    files = override_files(site())
    assert "bindport = 30001" in files["http.conf"]
    assert "bind = 127.0.0.1:30002" in files["pjsip.conf"]
    assert "rtpstart = 10000\nrtpend = 11999" in files["rtp.conf"]
    assert "IVRKIT_APP = other" in files["extensions.conf"]
    assert "member => PJSIP/1001" in files["queues.conf"]


def test_every_instance_and_every_phone_has_a_password_of_its_own() -> None:
    one, two = site(), site()
    passwords = [
        one.ari_password,
        two.ari_password,
        *one.phone_passwords.values(),
        *two.phone_passwords.values(),
    ]
    assert len(set(passwords)) == len(passwords)
    assert all(len(password) == 32 for password in passwords)
    assert not any(password in repr(one) for password in passwords)


def test_every_override_file_is_included_by_a_shipped_one() -> None:
    for name in override_files(site()):
        text = (SHIPPED / name).read_text()
        assert re.search(rf"^#tryinclude ivrkit\.d/{re.escape(name)}$", text, re.M), name


def test_no_shipped_file_holds_a_password_or_opens_a_port_to_others() -> None:
    for file in SHIPPED.glob("*.conf"):
        lines = [line.split(";")[0].strip() for line in file.read_text().splitlines()]
        settings = [line for line in lines if line]
        assert not [line for line in settings if re.match(r"(password|secret)\s*=", line)], file
        assert not [line for line in settings if "0.0.0.0" in line], file


def test_no_shipped_log_gets_keys() -> None:
    lines = (SHIPPED / "logger.conf").read_text().splitlines()
    levels = [line.split("=>")[1] for line in lines if "=>" in line]
    assert levels
    assert not [line for line in levels if re.search("dtmf|verbose|debug", line)]


def test_the_readme_names_every_context(tmp_path: Path) -> None:
    contexts = re.findall(r"^\[(ivrkit[\w-]*)\]", (SHIPPED / "extensions.conf").read_text(), re.M)
    head = (SHIPPED / "extensions.conf").read_text().split("[general]")[0]
    assert len(contexts) >= 8
    assert [name for name in contexts if name not in head] == ["ivrkit-after"]
