"""One engine with everything around it. ``site.py`` is the order of starting and stopping, and what
other kinds of sites make otherwise; every part that is started has a file of its own, takes what
it needs as arguments, and knows no site."""

from ivrkit.service.site.site import Site, Tell

__all__ = ["Site", "Tell"]
