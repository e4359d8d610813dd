"""Brings flow files to this version of the language: ``ivrkit migrate``.

One file per step from a version to the next, ``from_0.py``; they are found by looking here. Each
edits the text at the places of its nodes, so comments and layout stay. They are never changed once
they are released: a file of any earlier version runs through all of them in turn.
"""

from ivrkit.flow.migrating.document import Document
from ivrkit.flow.migrating.migration import Migrated, Migration, Migrator, migrations

__all__ = ["Document", "Migrated", "Migration", "Migrator", "migrations"]
