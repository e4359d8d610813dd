"""One voice engine per file: a class with the members of :class:`~ivrkit.prompts.voice.Voice`.

A voice turns a text into sound, whatever the rate; conversion, caching and secrecy are not its
business. It never blocks the event loop and always ends within its own time limit.
"""
