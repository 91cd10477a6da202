"""Cards, posters (pathways) and printed directories as PDF. Source: docs/adr/0008-paper.md."""
