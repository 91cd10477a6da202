"""Papers to take along: a card of a service, a pathway on one A4 page, a book of an area, as PDF.

What is printed is worked out in Python (`leaflets`, `books`); how it looks stands in `typst/`.
Source: docs/adr/0008-paper.md.
"""
