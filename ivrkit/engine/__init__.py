"""Runs a session over a channel: stack, exits, interrupts, kinds, trace.

It knows no verb and no carrier: steps come from the flow's version, channels from a carrier,
services from the ports it was given. One call is one task, one stack, one mailbox.
"""
