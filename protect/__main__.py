"""`python -m protect` is the `protect` command."""

from __future__ import annotations

from protect.site.cli import main

main()
