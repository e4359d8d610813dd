"""Makes the pages that would go stale if people kept them.

A page is a frame in ``docs/rules`` whose lines ``<!-- generated: NAME -->`` are replaced by what
the code says. ``python -m docs.generator`` writes them; ``tests/docs`` fails when one is stale.
"""
