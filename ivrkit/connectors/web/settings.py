"""The settings of a service that is asked over HTTP."""

from ipaddress import ip_network
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from yarl import URL

from ivrkit.call.settings import Section
from ivrkit.connectors.connector import ConnectorSettings
from ivrkit.connectors.tls import TlsSettings


def is_url(value: str) -> str:
    """An address of a service: scheme, host, perhaps port and path. Raises ValueError."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"this is no URL: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError("a URL begins with https:// (or http://) and a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("credentials do not stand in the URL: write auth: {basic: …}")
    if parts.query or parts.fragment:
        raise ValueError("the URL has no ? and no #: a flow gives `query`")
    if any(each <= " " or each == "\\" for each in value) or "/../" in f"{parts.path}/":
        raise ValueError("the URL has a blank, a backslash or /../ in it")
    return str(URL(value)).rstrip("/")


class BasicAuth(Section):
    """HTTP Basic (RFC 7617)."""

    user: str
    password: SecretStr


class HeaderAuth(Section):
    """A header of its own, such as ``X-Api-Key``."""

    name: str = Field(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
    value: SecretStr


class OAuth2(Section):
    """OAuth 2.0 client credentials (RFC 6749, 4.4). The token is fetched when it is first needed,
    kept until it expires, and fetched anew once when the service does not accept it.

    ``in_body`` sends ``client`` and ``secret`` in the body; without it by Basic authentication, as
    the RFC prefers. ``scope`` and ``audience`` are sent if they are given.
    """

    token_url: str
    client: str
    secret: SecretStr
    scope: str = ""
    audience: str = ""
    in_body: bool = False

    _is_url = field_validator("token_url")(is_url)


class AuthSettings(Section):
    """How we prove who we are; one of them."""

    bearer: SecretStr | None = None
    basic: BasicAuth | None = None
    header: HeaderAuth | None = None
    oauth2: OAuth2 | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if len([each for each in type(self).model_fields if getattr(self, each) is not None]) != 1:
            raise ValueError("write one of bearer, basic, header, oauth2")
        return self


class HttpSettings(ConnectorSettings):
    """A service that is asked over HTTP.

    ``url`` is what all paths of flows begin with. ``headers`` go with every request, ``auth`` says
    who we are. ``allow_private`` names networks (``[10.0.0.0/8]``) that may be asked although they
    are not public, or is ``true`` for all of them; addresses of cloud metadata are never asked.
    ``redirects`` is how many are followed when reading; ``retries`` how often a service that says
    when to come again (429 or 503 with ``Retry-After``) is asked again, where that is safe and in
    time. ``idempotency_header`` carries a key that stays the same when a write is repeated;
    ``none`` leaves it out. ``probe`` is a path that doctor reads; without it doctor only connects.
    """

    url: str
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    auth: AuthSettings | None = None
    allow_private: bool | list[str] = False
    tls: TlsSettings = TlsSettings()
    redirects: int = Field(default=0, ge=0, le=5)
    retries: int = Field(default=2, ge=0, le=5)
    idempotency_header: str = Field(
        default="Idempotency-Key", pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
    )
    probe: str | None = Field(default=None, pattern=r"^/[!-~]*$")

    _is_url = field_validator("url")(is_url)

    @field_validator("allow_private")
    @classmethod
    def _are_networks(cls, value: bool | list[str]) -> bool | list[str]:
        for each in value if isinstance(value, list) else ():
            ip_network(each)
        return value

    @field_validator("headers")
    @classmethod
    def _are_headers(cls, headers: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, value in headers.items():
            if not name or not name.replace("-", "").replace("_", "").isalnum():
                raise ValueError(f"'{name}' is no name of a header")
            if any(each < " " or each == "\x7f" for each in value.get_secret_value()):
                raise ValueError(f"the header {name} holds a control character")
        return headers
