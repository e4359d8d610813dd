"""The projects that ``ivrkit init`` makes: one folder per template.

Rule: what is here works at once: `ivrkit check` finds nothing, `ivrkit test` passes. A template
whose flows and scripts are those of ivrkit's own project links to them, so that they are there but
once. ``template.yaml`` says what it puts into ``ivrkit.yaml``. A file that would be hidden is
called ``dot-NAME`` here. Files of the folder ``every`` go into each project.
"""
