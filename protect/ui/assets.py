"""The style and the script that stand inside every public page, and the policy that names them.

Nothing public is a file of its own: one response carries all, and its hash is in the policy.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
STYLES = (
    "tokens",
    "base",
    "components/frame",
    "components/notice",
    "components/choices",
    "components/card",
    "components/form",
    "paper",
)


def smaller_css(text: str) -> str:
    """Return CSS without comments and needless blanks."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s*([{}:;,>])\s+|\s+([{}])", r"\1\2", text).replace(";}", "}").strip()


def smaller_js(text: str) -> str:
    """Return a script without comment lines and indentation. Each statement keeps its line."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def source_hash(text: str) -> str:
    """Return how a content security policy names an inline style or script."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


STYLE = smaller_css("".join((HERE / f"css/{name}.css").read_text("utf-8") for name in STYLES))
EXIT_SCRIPT = smaller_js((HERE / "js/exit.js").read_text("utf-8"))
PUBLIC_CSP = (
    f"default-src 'none'; script-src {source_hash(EXIT_SCRIPT)}; style-src {source_hash(STYLE)}; "
    "img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
