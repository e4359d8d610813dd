"""What errors of the operating system mean here."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ivrkit.call.exits import NOT_FOUND
from ivrkit.call.requests.file import EXISTS, FULL, NOT_EMPTY, FileRefused
from ivrkit.errors import ConnectionLost, ConnectorError, RequestRefused

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_RIGHTS: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_KINDS: Final = frozenset({errno.ENOTDIR, errno.ELOOP, errno.ENXIO, errno.EISDIR})
_NAMES: Final = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ})


def not_there(what: str) -> FileRefused:
    """The error of a file or folder that is not there."""
    return FileRefused(f"there is no such {what}", NOT_FOUND)


def in_the_way(what: str) -> FileRefused:
    """The error of one that is there already."""
    return FileRefused(f"the {what} is there already", EXISTS)


def wrong_kind(what: str) -> RequestRefused:
    """The error of a link, device, or of a folder where a file is wanted."""
    return RequestRefused(
        f"the {what} is something else, or a link",
        hint="links, devices and files with a second name are never used",
    )


def full(message: str) -> FileRefused:
    """The error of a folder that may hold no more."""
    return FileRefused(message, FULL, hint="delete what is old, or allow more in ivrkit.yaml")


@contextmanager
def told(what: str) -> Iterator[None]:
    """Errors of the system become those of connectors; ``what`` is being worked with. A disk that
    fails is a connection that is lost: what was begun may be done or not. Raises ConnectorError."""
    try:
        yield
    except OSError as error:
        raise _told(error, what) from None


def _told(error: OSError, what: str) -> ConnectorError:
    number = error.errno or 0
    if number == errno.ENOENT:
        return not_there(what)
    if number == errno.EEXIST:
        return in_the_way(what)
    if number == errno.ENOTEMPTY:
        return FileRefused(f"the {what} is not empty", NOT_EMPTY)
    if number in _FULL:
        return full("there is no room left on the disk")
    if number in _RIGHTS:
        return RequestRefused(
            f"the {what} may not be used: {error.strerror}", hint="see who owns it, and its mode"
        )
    if number in _KINDS:
        return wrong_kind(what)
    if number in _NAMES:
        return RequestRefused(f"the {what} cannot be named or moved so: {error.strerror}")
    return ConnectionLost(f"the {what}: {error.strerror or type(error).__name__}")
