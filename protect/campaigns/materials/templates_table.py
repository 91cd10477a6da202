"""What the press can make: data/templates.toml. Each template has a page of the same code."""

from protect.campaigns.base.enums import MaterialKind, PaperSize
from protect.kernel import tables


class PressTemplate(tables.Record):
    kind: MaterialKind
    need: str  # code of the need whose lines are printed
    categories: tuple[str, ...]  # that a printed line has, all of them
    lines: int  # at most
    names: bool  # whether the names of the organisations are printed beside their numbers
    sizes: tuple[PaperSize, ...]  # the usual one first
    complaint_page: str  # code of the page about rights to which the line on complaints leads


def press_templates() -> dict[str, PressTemplate]:
    """Return the templates by code. Errors: DataError."""
    return tables.load("campaigns", "templates", PressTemplate)
