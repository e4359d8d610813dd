"""The HTTP side: calls, traces, payloads, a live tail, and hanging up, behind bearer tokens.

It shows what the store and :class:`~ivrkit.service.api.live.LiveCalls` know, and decides nothing.
Every route is one line in ``routes.py`` with the scope that it asks for; every error is a JSON
object with a stable ``code``.
"""
