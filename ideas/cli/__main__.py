"""The command without its script, as `python -m ideas.cli`."""

from ideas.cli import main

main()
