"""The boxes of a PDF that tell a printing house where the paper is cut, and how far the colour runs
beyond. typst sets a TrimBox by the bleed of its page, which would have to be as wide as the crop
marks, and no BleedBox: both are set in the finished file. Source: ISO 32000-2, 14.11.2."""

from io import BytesIO

import pikepdf

POINTS_PER_MM = 72 / 25.4


def with_print_boxes(content: bytes, slug: float, bleed: float) -> bytes:
    """Return a PDF of our own press with TrimBox and BleedBox on each page. The same file gives the
    same bytes. `slug`: millimetres around the trimmed page; `bleed`: millimetres of them into which
    the colour runs."""
    with pikepdf.open(BytesIO(content)) as pdf:
        for page in pdf.pages:
            page.trimbox = _within(page.mediabox, slug)
            page.bleedbox = _within(page.mediabox, slug - bleed)
        output = BytesIO()
        pdf.save(output, deterministic_id=True)
    return output.getvalue()


def _within(box: pikepdf.Array, distance: float) -> pikepdf.Array:
    """Return a box that lies within another one, everywhere as far from its edge. Millimetres."""
    inset = distance * POINTS_PER_MM
    left, bottom, right, top = map(float, box)
    sides = (left + inset, bottom + inset, right - inset, top - inset)
    return pikepdf.Array([round(side, 3) for side in sides])
