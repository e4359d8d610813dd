"""TLS as it should be: certificates are verified, names too, nothing older than 1.2."""

from __future__ import annotations

import ssl

from ivrkit.connectors.connector import Place
from ivrkit.connectors.web.settings import HttpSettings
from ivrkit.errors import ConfigurationError


def tls_context(name: str, settings: HttpSettings, place: Place) -> ssl.SSLContext:
    """The context for connections of a connector. Raises ConfigurationError for files that are
    not there or are no certificates."""
    at = f"connectors: http: {name}"
    ca = place.project / settings.ca if settings.ca is not None else None
    try:
        context = ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"{at}: the certificates in {ca} cannot be read: {_reason(error)}",
            hint="ca is a PEM file with the authorities that are trusted",
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    own = settings.client_certificate
    if own is not None:
        password = own.password.get_secret_value() if own.password is not None else ""
        try:
            # A password that is a text is never asked for on the terminal.
            context.load_cert_chain(
                place.project / own.certificate, place.project / own.key, password
            )
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(
                f"{at}: the client certificate cannot be used: {_reason(error)}",
                hint="certificate and key are PEM files that belong to each other",
            ) from None
    return context


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
