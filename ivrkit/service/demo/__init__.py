"""``ivrkit demo``: a real call, from a caller's phone to an agent's screen, shown and checked.

Rule: nothing here is faked. Asterisk, the engine, both telephones and the API are those of every
site; what is claimed is read from the telephone's recording, from SIP, from the trace or from the
API. Nothing that is started outlives the process.
"""
