"""The documentation: Markdown, and the generator of those pages that the code knows best."""
