"""A certificate inside its own PDF: as an attached file, which `reading` finds again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pikepdf

NAME = "certificate.json"
MEDIA_TYPE = "application/vc"  # W3C Verifiable Credentials 2.0


def spelled(document: Mapping[str, Any]) -> bytes:
    """Return a document as the file to download."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def attached(paper: bytes, document: Mapping[str, Any]) -> bytes:
    """Return a PDF of ours with a certificate attached. Equal inputs give equal bytes."""
    with pikepdf.open(BytesIO(paper)) as pdf:
        file = pikepdf.AttachedFileSpec(
            pdf,
            spelled(document),
            description="Open Badge",
            filename=NAME,
            mime_type=MEDIA_TYPE,
            relationship=pikepdf.Name.Data,
        )
        pdf.attachments[NAME] = file
        pdf.Root.AF = pikepdf.Array([file.obj])  # of the whole document
        output = BytesIO()
        pdf.save(output, deterministic_id=True)
    return output.getvalue()
