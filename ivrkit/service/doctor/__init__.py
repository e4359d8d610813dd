"""``ivrkit doctor``: is everything here that calls need, and if not, what is to be done?

Rule: what can be tried is tried (a word is spoken, a sound is played on a channel), what cannot
is read from Asterisk; nothing is changed, no number of a caller's is called. One finding per
thing, each with its remedy.
"""
