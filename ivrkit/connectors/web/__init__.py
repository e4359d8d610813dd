"""The parts of the connector ``http``: settings, addresses that may be asked, credentials, what
is sent, what is read. What comes from the network is bounded before it is looked at."""
