"""What callers say, out of Asterisk and into the engine.

A snoop channel hears the caller, a media channel carries it here, a bridge joins the two; the
call itself is left alone. Every id begins with :data:`~.parts.PREFIX` and our application's name,
so that such a channel is never taken for a call, and what an engine that died has left behind is
found. No id is ever used twice: Asterisk 22.10.1 ends with a segmentation fault when a media
channel over the WebSocket is asked for under an id that is in use.
"""
