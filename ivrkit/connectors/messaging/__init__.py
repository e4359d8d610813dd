"""What the connector ``broker`` is made of: one protocol per module, found by looking into the
folder (others by the entry points ``ivrkit.brokers``), and the forwarder of the outbox.

A protocol opens a link, publishes with a confirmation of the broker, and hands over answers. It
knows neither deadlines nor outbox, and opens nothing by itself: a link that is lost stays lost,
and the connector makes another.
"""
