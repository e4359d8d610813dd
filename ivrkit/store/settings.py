"""The sections ``store``, ``memory``, ``messages`` and ``retention`` of ``ivrkit.yaml``."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from sqlalchemy import URL

from ivrkit.call.settings import Duration, Section
from ivrkit.errors import ConfigurationError
from ivrkit.store.database import database_at, store_url
from ivrkit.store.retention import Retention
from ivrkit.store.sealing import decode_keys, read_keys

FILE = "ivrkit.db"


class StoreSettings(Section):
    """The store. It is a file, ``path`` (``ivrkit.db`` in the state folder by default), or the
    database of a ``url``: ``sqlite:////var/lib/ivrkit/ivrkit.db`` or
    ``postgresql://USER@HOST/DATABASE``. ``password`` goes with a ``url``, and is written as it is;
    in the URL itself it would have to be percent-encoded. ``key`` (or ``key_file``, or the
    variable IVRKIT_STORE_KEY) seals secrets in captures: without one they are not stored. Where
    there are several, one behind the other, the first one seals, and the others open what was
    sealed before it came.
    ``power_safe`` waits for the disk with every commit, so that nothing is lost with the power."""

    path: Path | None = None
    url: SecretStr | None = None
    password: SecretStr | None = None
    key: SecretStr | None = None
    key_file: Path | None = None
    power_safe: bool = False

    @field_validator("url")
    @classmethod
    def _is_a_store(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            try:
                database_at(store_url(url.get_secret_value()))
            except ConfigurationError as error:
                raise ValueError(f"{error.message}: {error.hint}") from None
        return url

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.path is not None and self.url is not None:
            raise ValueError("give either path or url")
        if self.password is not None and self.url is None:
            raise ValueError("a password goes with a url")
        return self

    def place(self, state: Path) -> URL:
        """Where the store is, by the folder of the state."""
        if self.url is None:
            return URL.create("sqlite", database=str(self.path or state / FILE))
        found = store_url(self.url.get_secret_value())
        if self.password is not None:
            found = found.set(password=self.password.get_secret_value())
        return found

    def placed(self, folder: Path) -> Self:
        """The same with its paths counted from a folder."""
        changes: dict[str, object] = {
            name: folder / path
            for name in ("path", "key_file")
            if (path := getattr(self, name)) is not None
        }
        if self.url is not None:
            found = store_url(self.url.get_secret_value())
            if found.get_backend_name() == "sqlite":
                changes |= {"url": None, "path": folder / str(found.database)}
        return self.model_copy(update=changes)

    def beside(self) -> Self:
        """The same for a site of its own: with a store in its own state folder."""
        return self.model_copy(update={"path": None, "url": None, "password": None})

    def secret_keys(self, environment: Mapping[str, str] | None = None) -> tuple[bytes, ...]:
        """The keys that seal secrets, the newest first; none when the site has none. Raises
        ConfigurationError."""
        if self.key is not None:
            return decode_keys(self.key.get_secret_value(), "store: key")
        return read_keys(environment=environment, file=self.key_file)


class MessageSettings(Section):
    """What callers record: ``folder`` (``media`` in the state folder by default), how many
    messages are kept at ``most``, and how many ``megabytes`` they take together. When there is
    no room, the verb ``record`` fails before the caller speaks."""

    folder: Path | None = None
    most: int = Field(default=10_000, ge=1)
    megabytes: float = Field(default=2_000.0, gt=0)


class MemorySettings(Section):
    """What flows `remember`: how many memories are kept at ``most``, how many ``of_one_caller``,
    how many ``kilobytes`` one may have, and how many ``megabytes`` they take together. When there
    is no room, `remember` is left by `error`; what was remembered before stays."""

    most: int = Field(default=100_000, ge=1)
    of_one_caller: int = Field(default=100, ge=1)
    kilobytes: int = Field(default=64, ge=1, le=1024)
    megabytes: float = Field(default=500.0, gt=0)


class RetentionSettings(Section):
    """How long what is kept: traces, records, payloads, what flows remember, what callers record,
    and who has done what through the API (``audit``). ``memory`` and ``media`` hold where the flow
    itself does not say ``keep``."""

    trace: Duration = timedelta(days=30)
    record: Duration = timedelta(days=365)
    payload: Duration = timedelta(hours=24)
    memory: Duration = timedelta(days=365)
    media: Duration = timedelta(days=30)
    audit: Duration = timedelta(days=365)

    def kept(self) -> Retention:
        """The same, as the store takes it."""
        return Retention(**self.model_dump())
