"""One file per subject; each makes its figures in ``__init__`` and knows no other subject."""
