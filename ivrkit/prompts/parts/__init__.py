"""One prompt part per file, found by its form, which is also the name of its main field.

A part evaluates its expressions to a plain :class:`~ivrkit.call.prompt.Piece`, and says (as a
class method, because a piece may outlive its flow) what such a piece sounds like.
"""
