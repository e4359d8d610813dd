"""What must be installed: pyodbc, the driver manager, the driver."""

from __future__ import annotations

from typing import Any

from ivrkit.connectors.odbc.dialect import of_driver
from ivrkit.connectors.odbc.strings import ConnectionString
from ivrkit.errors import ConfigurationError, NotAvailable
from ivrkit.expressions.nearest import did_you_mean


def required(string: ConnectionString) -> str:
    """The driver that a connection string leads to: a name of odbcinst.ini, or the path of a
    library. Raises NotAvailable that names what to install, ConfigurationError for a string that
    leads to none."""
    pyodbc = _pyodbc()
    dsn = string.get("DSN")
    if dsn is not None:
        found = pyodbc.dataSources().get(dsn)
        if found is None:
            raise ConfigurationError(
                f"there is no ODBC data source '{dsn}' on this machine",
                hint=did_you_mean(dsn, pyodbc.dataSources()) or "add it to /etc/odbc.ini",
            )
        return str(found)
    driver = string.get("DRIVER")
    if driver is None:
        if string.get("FILEDSN") is not None:
            return ""
        raise ConfigurationError(
            "the connection string names no driver", hint="begin it with DRIVER={…};"
        )
    if "/" not in driver and driver.lower() not in {each.lower() for each in pyodbc.drivers()}:
        raise NotAvailable(
            f"there is no ODBC driver '{driver}' on this machine",
            hint=f"install {of_driver(driver).package}; `odbcinst -q -d` names those there are",
        )
    return driver


def _pyodbc() -> Any:
    try:
        import pyodbc
    except ModuleNotFoundError:
        raise NotAvailable(
            "databases need the package pyodbc", hint="pip install 'ivrkit[database]'"
        ) from None
    except ImportError as error:
        raise NotAvailable(
            f"pyodbc cannot be loaded: {error}", hint="apt-get install unixodbc"
        ) from None
    return pyodbc
