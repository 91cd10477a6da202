"""QR codes for paper."""

from __future__ import annotations

from io import BytesIO
from typing import Literal

import segno


def qr(text: str, error: Literal["m", "q"] = "m") -> str:
    """Return a text as a QR code, SVG without a margin: the paper around it is the margin.

    `error` is how much of it may be dirty: m 15 %, q 25 % (ISO/IEC 18004).
    """
    drawn = BytesIO()
    segno.make_qr(text, error=error, boost_error=False).save(
        drawn, kind="svg", border=0, xmldecl=False, omitsize=True, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode()
