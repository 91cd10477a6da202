"""Cards, pathways and books as PDF; how they look stands in `typst/`. docs/adr/0008-paper.md."""
