"""How the tables of an earlier release become those of this one: one step per file of ``versions``,
run by Alembic, in one transaction, when an engine may have the application, or for a restore.

Forward only. A step only adds: an engine of the release before goes on writing to the same store
while this one takes its calls over.
"""
