"""Calls carried by Asterisk, through its REST interface.

The socket reader decodes and hands over, and does nothing else; every event goes to the channel
it belongs to, in order. Ids are derived by the caller of a method and registered before anything
is sent, because Asterisk's replies and its events come in no order. Commands that wait for a
channel's own thread never travel on the socket that carries stop and hang-up. No rule of the
language lives here, and neither keys nor the values of variables are ever logged.
"""
