"""The same IVR by other people's ARI clients: what a team would write instead of using ivrkit.

Rule: they are got by ``npm`` and ``pip`` into a folder of the user's cache when they are measured,
and never into the product's environment.
"""
