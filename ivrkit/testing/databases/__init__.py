"""Private database servers for tests: PostgreSQL and MariaDB on the loopback, each in a folder of
its own, that can be stopped, killed and made mute."""

from ivrkit.testing.databases.mariadb import PrivateMariaDB
from ivrkit.testing.databases.postgresql import PrivatePostgreSQL
from ivrkit.testing.databases.server import PrivateServer

__all__ = ["PrivateMariaDB", "PrivatePostgreSQL", "PrivateServer"]
