"""What tests are made of: a private Asterisk, real phones, load, and ears.

Rule: public, so that a site can test its own flows with it; nothing here is used by a live
engine. Programs it starts die with it.
"""
