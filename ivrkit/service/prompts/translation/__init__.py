"""Texts for translators: `ivrkit prompts export`, and `import` of what comes back.

What is translated is a :class:`~ivrkit.service.prompts.translation.units.Unit`: one text, or the
forms that a number takes. Each form of file is one module; the catalogue is changed by replacing
single values in its text, so that comments and layout stay.
"""
