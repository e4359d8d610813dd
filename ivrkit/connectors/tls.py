"""TLS as it should be, for all kinds: certificates are verified, names too, nothing is older than
1.2."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Self

from pydantic import SecretStr, model_validator

from ivrkit.call.settings import Section
from ivrkit.errors import ConfigurationError


class TlsSettings(Section):
    """TLS, 1.2 or later; the certificate of the other side is always verified. ``ca`` is a PEM file
    with the authorities that are trusted instead of those of this machine. ``certificate`` and
    ``key`` are PEM files of our own, where the other side asks for them, ``password`` is that of
    the key. Relative paths count from ivrkit.yaml."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    password: SecretStr | None = None

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.certificate is None and (self.key or self.password) is not None:
            raise ValueError("a key needs its certificate beside it")
        return self

    def context(self, project: Path) -> ssl.SSLContext:
        """How connections are secured. Raises ConfigurationError for files that are not there, or
        are no certificates."""
        ca = None if self.ca is None else project / self.ca
        try:
            context = ssl.create_default_context(cafile=ca)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(
                f"tls: the certificates in {ca} cannot be read: {_why(error)}",
                hint="ca is a PEM file with the authorities that are trusted",
            ) from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.certificate is not None:
            own = project / self.certificate
            key = None if self.key is None else project / self.key
            password = "" if self.password is None else self.password.get_secret_value()
            try:
                # A password that is a text is never asked for on the terminal.
                context.load_cert_chain(own, key, password)
            except (OSError, ssl.SSLError, ValueError) as error:
                raise ConfigurationError(
                    f"tls: the certificate {own} cannot be used: {_why(error)}",
                    hint="certificate and key are PEM files that belong to each other",
                ) from None
        return context


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
