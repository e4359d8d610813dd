"""``python -m ivrkit``."""

from ivrkit.cli.main import main

main()
