"""How the parts of the store reach its database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")


class Access(Protocol):
    """Both raise StoreError."""

    async def write(self, work: Callable[[Connection], T]) -> T:
        """In the writer's next transaction; returns after its commit."""

    async def query(self, work: Callable[[Connection], T]) -> T:
        """Of what has been committed."""
