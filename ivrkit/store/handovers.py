"""How one engine hands its application to another while calls are in progress.

The one that wants it *asks*. The holder brings its calls to a standstill and *offers*; the other
one connects to Asterisk, which sends it all events from then on, and says so. Then the holder saves
what has come up to that moment and gives its lease back. The other one takes the lease, takes the
calls up, and *serves*. Every state is left by one of both, and only from the one before: so at any
moment one of them knows that the calls are its own.

A holder of an earlier release knows nothing of this: it gives its lease back at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select, update

from ivrkit.store.database import insert
from ivrkit.store.prepared import replacing
from ivrkit.store.tables import handovers, leases


class HandoverState(StrEnum):
    """How far it is."""

    NONE = ""
    ASKED = "asked"
    OFFERED = "offered"
    CONNECTED = "connected"
    SERVING = "serving"


@dataclass(frozen=True, slots=True)
class Handover:
    """Who holds the application (empty: nobody), who wants it, and how far the hand-over to
    ``asker`` is."""

    holder: str
    wanted: str
    asker: str
    state: HandoverState


def find_handover(connection: Connection, application: str) -> Handover:
    """As it stands now."""
    lease = connection.execute(
        select(leases.c.owner, leases.c.wanted).where(leases.c.application == application)
    ).first()
    row = connection.execute(
        select(handovers.c.asker, handovers.c.state).where(handovers.c.application == application)
    ).first()
    holder, wanted = lease if lease is not None else ("", "")
    asker, state = row if row is not None else ("", "")
    return Handover(holder, wanted, asker, HandoverState(state))


def ask(connection: Connection, application: str, asker: str) -> None:
    """Ask the holder for the application."""
    _put(connection, application, asker, HandoverState.ASKED)
    _want(connection, application, asker)


def move(
    connection: Connection, application: str, asker: str, old: HandoverState, new: HandoverState
) -> bool:
    """From one state to the next; False when it is not in the first one any more."""
    done = connection.execute(
        update(handovers)
        .where(handovers.c.application == application)
        .where(handovers.c.asker == asker, handovers.c.state == old.value)
        .values(state=new.value)
    )
    return done.rowcount == 1


def withdraw(connection: Connection, application: str, asker: str, old: HandoverState) -> bool:
    """It does not come about: nobody wants the application any more. False when it has gone on."""
    if not move(connection, application, asker, old, HandoverState.NONE):
        return False
    _want(connection, application, "")
    return True


def say_serving(connection: Connection, application: str, owner: str) -> None:
    """The holder of the lease serves calls."""
    _put(connection, application, owner, HandoverState.SERVING)


def _want(connection: Connection, application: str, asker: str) -> None:
    mine = leases.c.application == application
    connection.execute(update(leases).where(mine).values(wanted=asker))


def _put(connection: Connection, application: str, asker: str, state: HandoverState) -> None:
    new = insert(connection, handovers).values(
        application=application, asker=asker, state=state.value
    )
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["application"], set_=replacing(new, ("asker", "state"))
        )
    )
