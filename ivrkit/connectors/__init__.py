"""Systems outside: one kind of connector per module or package in here, found by looking into the
folder (others by the entry points ``ivrkit.connectors``).

A kind says what its settings are, asks one request, and tells how it fares. Deadlines, limits,
circuit breakers, sizes and the hiding of secrets are the same for all and stand in
:mod:`~ivrkit.connectors.guard`; a kind knows nothing of calls and flows.
"""
