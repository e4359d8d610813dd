"""The HTTP side: calls, traces, payloads, a live tail, and hanging up, behind bearer tokens.

It shows what the store and :class:`~ivrkit.service.api.live.LiveCalls` know, and decides nothing.
A route says in the folder ``routes`` what it asks for and answers; every error is a JSON object
with a stable ``code``.
"""
