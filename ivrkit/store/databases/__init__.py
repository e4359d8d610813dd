"""One database per file, found by looking into the folder. Nothing else in the room knows which
one it is."""
