"""Cards, pathways and books as PDF; `typst/` defines their layout. docs/adr/0008-paper.md."""
