"""Lays flow files out: ``ivrkit fmt`` and editors.

Indentation, order, spaces and empty lines are the formatter's; every text stays as it was
written, with its line breaks, and so does every comment. It moves pieces of the text itself and
writes no YAML anew: writers of YAML, ruamel.yaml's round trip included, join the lines of long
texts and leave comments behind when keys change places. Whatever comes out is read again and
compared before it is given back, so a file never means another thing afterwards.
"""

from ivrkit.flow.formatting.formatter import Formatted, Formatter

__all__ = ["Formatted", "Formatter"]
