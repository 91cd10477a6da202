"""From a question to services that take this person, now, with the reasons.

`published.match` is the one way to ask: pages, JSON and the command line all use it.
Source: docs/adr/0006-matching.md.
"""
