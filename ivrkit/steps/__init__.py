"""One verb per file: its fields and its behaviour. A step sees the world through ``Call`` alone,
and knows no service: what it needs is a port, declared in ``needs``.

Adding a verb is adding a file here, or naming a class in the entry point group ``ivrkit.steps``.
"""
