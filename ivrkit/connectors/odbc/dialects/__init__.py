"""One database per file, found by looking into the folder."""
