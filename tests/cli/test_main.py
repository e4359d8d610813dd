from __future__ import annotations

import errno
from collections.abc import Callable

import pytest

from ivrkit.cli import main


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("/var/lib/ivrkit/ivrkit.db", "/var/lib/ivrkit/ivrkit.db: Permission denied"),
        (None, "[Errno 13] Permission denied"),
    ],
)
def test_what_another_user_may_not_do_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    file: str | None,
    said: str,
) -> None:
    def shut() -> None:
        raise PermissionError(errno.EACCES, "Permission denied", file)

    def application(only: str = "") -> Callable[[], None]:
        return shut

    monkeypatch.setattr(main, "application", application)
    with pytest.raises(SystemExit) as ended:
        main.main()
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert f"error[configuration]: {said}" in told
    assert "run it as the user of the engine" in told
