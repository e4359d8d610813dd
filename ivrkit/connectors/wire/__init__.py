"""What a connection to a host is made of, one part per file: its settings, the frames into which
the bytes are cut, who gets which answer, one connection, and all connections of a host.

The rule of this folder: a caller never gets an answer that is another's. Where it is not certain
whose an answer is, the connection is given up.
"""
