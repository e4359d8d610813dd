"""``ivrkit.yaml``: what the names in flows are at this site. Each room brings its own settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PrivateAttr
from sqlalchemy import URL

from ivrkit.call.calendars import CalendarSettings
from ivrkit.call.settings import AnyDuration, Section, secret_texts
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.connectors.connector import Place
from ivrkit.connectors.service import ConfiguredConnectors
from ivrkit.engine.settings import LimitSettings
from ivrkit.errors import ConfigurationError
from ivrkit.handoff import DialplanSettings, HandoffSettings, QueueSettings, WebhookSettings
from ivrkit.prompts.settings import PromptSettings
from ivrkit.service.api.settings import ApiSettings
from ivrkit.service.logs.settings import LogSettings
from ivrkit.service.settings_file import read_settings, shown_settings
from ivrkit.service.telemetry.settings import TelemetrySettings
from ivrkit.service.tenants import Tenant
from ivrkit.speech.settings import SpeechSettings
from ivrkit.store import Retention
from ivrkit.store.settings import (
    MemorySettings,
    MessageSettings,
    RetentionSettings,
    StoreSettings,
)

FILE = "ivrkit.yaml"


class NumberSettings(Section):
    """What a called number gets: a flow, values for its params, the section to start at. Its calls
    belong to `tenant`, if there is one: tokens of other tenants do not reach them."""

    flow: str = Field(min_length=1)
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    section: str = "main"
    tenant: Tenant = ""


def _flow_or_more(value: Any) -> Any:
    return {"flow": value} if isinstance(value, str) else value


NumberField = Annotated[NumberSettings, BeforeValidator(_flow_or_more)]


class MediaSettings(Section):
    """How Asterisk gets at the sound files.

    On one machine it reads the prompt cache itself; ``seen_as`` is the cache's path as Asterisk
    sees it, where that differs. A remote Asterisk fetches them: ``url`` is the address of the
    API's ``/media`` as that Asterisk reaches it (``http://10.0.0.5:8060/media``).
    """

    seen_as: str | None = None
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")


class CheckSettings(Section):
    """What `ivrkit check --config` tells of. ``allow`` are the codes of warnings that nobody wants
    here; errors are always told."""

    allow: tuple[str, ...] = ()


class ReloadSettings(Section):
    """``watch``: flows, phrases and recordings that are written while calls are served are taken
    by themselves, for new calls. Without it they are after a SIGHUP."""

    watch: bool = True


class Configuration(Section):
    """The whole file. Relative paths count from the folder in which the file lies. ``drain`` is how
    long calls may end by themselves when the engine is told to end (SIGTERM); the next engine goes
    on with those that are left."""

    asterisk: AriSettings = AriSettings()
    flows: Path = Path("flows")
    numbers: dict[str, NumberField] = Field(default_factory=dict)
    default_flow: str | None = None
    queues: dict[str, QueueSettings] = Field(default_factory=dict)
    calendars: dict[str, CalendarSettings] = Field(default_factory=dict)
    webhook: WebhookSettings | None = None
    connectors: ConfiguredConnectors = ConfiguredConnectors()
    dialplan: dict[str, DialplanSettings] = Field(default_factory=dict)
    prompts: PromptSettings = PromptSettings()
    speech: SpeechSettings = SpeechSettings()
    media: MediaSettings = MediaSettings()
    messages: MessageSettings = MessageSettings()
    memory: MemorySettings = MemorySettings()
    store: StoreSettings = StoreSettings()
    limits: LimitSettings = LimitSettings()
    drain: AnyDuration = timedelta(0)
    api: ApiSettings = ApiSettings()
    retention: RetentionSettings = RetentionSettings()
    log: LogSettings = LogSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    reload: ReloadSettings = ReloadSettings()
    check: CheckSettings = CheckSettings()
    state: Path = Path("state")
    _folder: Path = PrivateAttr(default=Path())
    _file: Path | None = PrivateAttr(default=None)

    @property
    def place(self) -> Place:
        """Where the site keeps its things."""
        return Place(self._folder, self.state)

    @property
    def file(self) -> Path | None:
        """The file that says it; None where there is none."""
        return self._file

    def shown(self) -> str:
        """What the file says, without secrets; empty where there is none."""
        return "" if self._file is None else shown_settings(self._file, secret_texts(self))

    @property
    def store_url(self) -> URL:
        """Where the store is."""
        return self.store.place(self.state)

    @property
    def media_folder(self) -> Path:
        """Where messages are kept."""
        return self.messages.folder or self.state / "media"

    @property
    def handoff(self) -> HandoffSettings:
        """The queues, and who is told of a hand-off."""
        return HandoffSettings(queues=self.queues, webhook=self.webhook)

    def store_keys(self, environment: Mapping[str, str] | None = None) -> tuple[bytes, ...]:
        """The keys that seal secrets, the newest first; none when the site has none. Raises
        ConfigurationError."""
        return self.store.secret_keys(environment)

    def kept(self) -> Retention:
        """The retention, as the store takes it."""
        return self.retention.kept()

    def again(self) -> Configuration:
        """What the file says now; the same where there is none. Raises ConfigurationError."""
        return self if self._file is None else load_configuration(self._file)

    def placed(self, folder: Path) -> Configuration:
        """The same with its paths counted from a folder."""
        state = folder / self.state
        messages = self.messages.folder and folder / self.messages.folder
        found = self.model_copy(
            update={
                "api": self.api.placed(folder),
                "flows": folder / self.flows,
                "log": self.log.placed(folder),
                "state": state,
                "messages": self.messages.model_copy(update={"folder": messages}),
                "prompts": self.prompts.placed(folder),
                "speech": self.speech.placed(folder),
                "store": self.store.placed(folder),
            }
        )
        found._folder = folder
        return found


def load_configuration(
    path: Path | None = None, environment: Mapping[str, str] | None = None
) -> Configuration:
    """Read the configuration: of ``path``, else ``ivrkit.yaml`` in this folder, else the defaults.

    Raises ConfigurationError with every mistake at its line and column.
    """
    environment = os.environ if environment is None else environment
    if path is None:
        path = Path(FILE)
        if not path.exists():
            return Configuration().placed(Path())
    elif path.is_dir():
        path = path / FILE
    if not path.exists():
        raise ConfigurationError(
            f"there is no file {path}", hint="make a project with: ivrkit init DIR"
        )
    found = read_settings(path, Configuration, environment).placed(path.parent)
    found._file = path
    return found
