from __future__ import annotations

from ivrkit.service.workbench.running import all_commands
from tests.service.workbench.conftest import Sitting


async def test_all_commands_are_listed(sit: Sitting) -> None:
    told = await sit("help")
    assert all(name in told for name in all_commands())


async def test_every_command_is_explained(sit: Sitting) -> None:
    for name, command in all_commands().items():
        told = await sit(f"help {name}")
        assert told.startswith(f"{name} {command.usage}".rstrip())
        assert command.help in told
    assert "did you mean 'step'" in await sit("? stpe")
