"""TLS for the API, from the files that the configuration names."""

from __future__ import annotations

import hashlib
import logging
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509 import Certificate

from ivrkit.errors import ConfigurationError
from ivrkit.service.api.settings import TlsSettings

LOG = logging.getLogger(__name__)

SOON = timedelta(days=14)
"""Whoever renews certificates by themselves does it earlier."""


def server_context(settings: TlsSettings, now: datetime | None = None) -> ssl.SSLContext:
    """What connections are encrypted with: TLS 1.2 and later, with the ciphers that Python and
    OpenSSL hold to be safe. Raises ConfigurationError, which names the file and what is wrong."""
    certificate = read_certificate(settings.certificate)
    _check_time(settings.certificate, certificate, now or datetime.now(UTC))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    _read(settings.key)
    try:
        context.load_cert_chain(settings.certificate, settings.key, password=_no_password)
    except _Locked:
        raise ConfigurationError(
            f"the key {settings.key} has a password",
            hint=f"take it off: openssl pkey -in {settings.key} -out NEW, and chmod 600 NEW",
        ) from None
    except (ssl.SSLError, OSError) as error:
        raise ConfigurationError(
            f"the certificate {settings.certificate} and the key {settings.key} are no pair:"
            f" {getattr(error, 'reason', None) or error}",
            hint="api: tls: takes both in PEM, the certificate of this server first in its file",
        ) from None
    if settings.client_ca is not None:
        _trust(context, settings.client_ca)
    return context


def fingerprint(certificate: Path) -> bytes:
    """The SHA-256 of this machine's own certificate, by which its own tools know the engine
    whatever name the certificate is for. Raises ConfigurationError."""
    encoded = ssl.PEM_cert_to_DER_cert(_first(certificate))
    return hashlib.sha256(encoded).digest()


def read_certificate(path: Path) -> Certificate:
    """The first certificate of a file. Raises ConfigurationError."""
    try:
        return x509.load_pem_x509_certificate(_first(path).encode())
    except ValueError:
        raise _no_certificate(path) from None


def _first(path: Path) -> str:
    text = _read(path)
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    start = text.find(begin)
    stop = text.find(end, start)
    if start < 0 or stop < 0:
        raise _no_certificate(path)
    return text[start : stop + len(end)]


def _no_certificate(path: Path) -> ConfigurationError:
    return ConfigurationError(
        f"{path} holds no certificate in PEM", hint="it begins with -----BEGIN CERTIFICATE-----"
    )


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except UnicodeDecodeError:
        raise ConfigurationError(
            f"{path} is not in PEM", hint="openssl x509 (or pkey) -inform DER -in FILE turns it"
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read: {error.strerror or error}",
            hint="api: tls: names it; it has to be readable by the user of the engine",
        ) from error


def _check_time(path: Path, certificate: Certificate, now: datetime) -> None:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now >= ends:
        raise ConfigurationError(
            f"the certificate {path} has expired at {ends:%Y-%m-%d %H:%M} UTC",
            hint="renew it, then reload or start again",
        )
    if now < begins:
        raise ConfigurationError(
            f"the certificate {path} is not valid before {begins:%Y-%m-%d %H:%M} UTC",
            hint="is the clock of this machine right?",
        )
    if ends - now < SOON:
        LOG.warning("the certificate %s expires at %s", path, f"{ends:%Y-%m-%d %H:%M} UTC")


def _trust(context: ssl.SSLContext, authority: Path) -> None:
    """Clients may show a certificate, of this authority: that those show one who have to is seen
    to when it is known who they are."""
    read_certificate(authority)
    try:
        context.load_verify_locations(authority)
    except ssl.SSLError:
        raise _no_certificate(authority) from None
    context.verify_mode = ssl.CERT_OPTIONAL


class _Locked(Exception):
    """A key asks for a password."""


def _no_password() -> str:
    raise _Locked
