"""``ivrkit test --live``: call scripts on a real Asterisk, over real channels, in real time.

Rule: everything is a site's own but the agents: who answers, how soon and for how long is what a
script gives, brought about by queues of a private Asterisk whose members are parts of its
dialplan. Nothing that is started outlives the process.
"""
