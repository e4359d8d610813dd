"""The prompts of a project as a whole: what is missing or wrong with them, and building them.

One question per file. What is found is a :class:`~ivrkit.service.prompts.findings.Finding`; nothing
here prints.
"""
