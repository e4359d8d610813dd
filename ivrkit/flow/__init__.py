"""The language: reads files into the steps it is given, checks them, and runs nothing.

It knows no verb: a :class:`~ivrkit.flow.registry.Registry` brings the steps and prompt parts, a
:class:`~ivrkit.flow.world.World` the names that exist at a site.
"""
