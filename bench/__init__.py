"""How fast ivrkit is, always beside a reference in the same run: ``python -m bench``.

Rule: a figure means nothing by itself, because machines are noisy; what counts is a ratio of two
figures that were measured in turns. Nothing here is part of the product.
"""
