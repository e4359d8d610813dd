"""The formats in which a flow is drawn, one per file: each turns an atlas into one text.

Everything that comes from a flow is escaped by the rules of the format, here and nowhere else.
"""
