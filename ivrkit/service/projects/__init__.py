"""The projects that ``ivrkit init`` makes: one folder per template, copied as it is.

Rule: what is here works at once: `ivrkit check` finds nothing, `ivrkit test` passes. A file that
would be hidden is called ``dot-NAME`` here. Files of the folder ``every`` go into each project.
"""
