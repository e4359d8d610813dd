"""Prompts: from the pieces that a call says to sound files that Asterisk plays and can stop.

``parts`` are the forms of a prompt, ``languages`` the rules by which values become words,
``voices`` what speaks them. Everything that is heard is a file. What is the same in every call is
spoken beforehand; what holds data of a call is kept briefly and apart; secrets are deleted as
soon as they were played.
"""
