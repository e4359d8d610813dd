"""What differs from site to site: the contents of ``ivrkit.d/`` for a private Asterisk.

The files of ``asterisk-conf/`` are used as they are shipped; ports, passwords, phones and
folders come in by the override files that each of them includes at its end.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ARI_USER = "ivrkit"
AGENTS = ("1001", "1002")
CALLERS = ("2001", "2002")


def _password() -> str:
    return secrets.token_hex(16)  # no character that a configuration file treats specially


@dataclass(frozen=True)
class Site:
    """The ports, passwords and phones of one instance; ports are on the loopback."""

    http_port: int
    sip_port: int
    rtp_ports: tuple[int, int]
    application: str = "ivrkit"
    ari_password: str = field(default_factory=_password, repr=False)
    agents: Sequence[str] = AGENTS
    callers: Sequence[str] = CALLERS
    phone_passwords: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        passwords = {name: _password() for name in (*self.agents, *self.callers)}
        object.__setattr__(self, "phone_passwords", {**passwords, **self.phone_passwords})


def override_files(site: Site) -> dict[str, str]:
    """The files of ``ivrkit.d/``, by name."""
    first, last = site.rtp_ports
    return {
        "http.conf": f"[general](+)\nbindport = {site.http_port}\n",
        "ari.conf": f"[{ARI_USER}](ivrkit-user)\npassword = {site.ari_password}\n",
        "rtp.conf": f"[general](+)\nrtpstart = {first}\nrtpend = {last}\n",
        "logger.conf": "[logfiles](+)\nfull.log => notice,warning,error,verbose(3)\n",
        "extensions.conf": f"[globals](+)\nIVRKIT_APP = {site.application}\n",
        "queues.conf": _queues(site.agents),
        "pjsip.conf": _pjsip(site),
    }


def _queues(agents: Sequence[str]) -> str:
    members = "".join(f"member => PJSIP/{name},0,Agent {name},PJSIP/{name}\n" for name in agents)
    return f"[service](+)\n{members}\n[cards](+)\n{members}"


def _pjsip(site: Site) -> str:
    transport = f"[transport-udp](+)\nbind = 127.0.0.1:{site.sip_port}\n"
    phones = [_phone(name, site.phone_passwords[name]) for name in site.agents]
    phones += [_phone(name, site.phone_passwords[name]) for name in site.callers]
    return "\n".join([transport, *phones, ANYONE_ON_THE_LOOPBACK])


def _phone(name: str, password: str) -> str:
    return f"""\
[{name}](ivrkit-phone)
auth = {name}-auth
aors = {name}
callerid = {name} <{name}>
bind_rtp_to_media_address = yes
media_address = 127.0.0.1
[{name}-auth](ivrkit-auth)
username = {name}
password = {password}
[{name}](ivrkit-aor)
"""


ANYONE_ON_THE_LOOPBACK = """\
; Test callers (SIPp, unregistered phones): whoever is on this machine and is none of the above.
; Never do this where others can reach the port.
[callers](ivrkit-endpoint)
context = from-phones
bind_rtp_to_media_address = yes
media_address = 127.0.0.1
[callers-address]
type = identify
endpoint = callers
match = 127.0.0.1
"""
