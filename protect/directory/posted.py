"""The forms of the directory's pages, for what was kept while somebody was locked."""

from __future__ import annotations

from protect.vault.forms.posted import Page

# By name of an address, as in `vault.forms.posted`.
PAGES: dict[str, Page] = {}
