"""One recogniser per file: a class with the members of
:class:`~ivrkit.speech.recogniser.Recogniser`.

A recogniser turns sound into words; where speech begins and ends, and who is told, is not its
business. Its package is an optional one, imported when it is first needed.
"""
