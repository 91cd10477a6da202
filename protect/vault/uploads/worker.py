"""The room in which documents are opened: a process of its own, with little memory and time.

It gets one document on its input and answers `ok <media type>` or `no <reason>`, a line feed and,
if all is well, the new document. It knows no key, database or setting, and can write no file.
"""

from __future__ import annotations

import resource
import sys

from protect.vault.uploads import images, pdfs
from protect.vault.uploads.kinds import PDF, kind_of
from protect.vault.uploads.reasons import MEGABYTE, MOST_BYTES, Reason, Unfit

MEMORY = 1536 * MEGABYTE  # bytes of addresses: six copies of the largest picture
CPU_SECONDS = 20
LIMITS = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_CORE: 0,  # no picture of memory is left behind
    resource.RLIMIT_FSIZE: 0,  # no file can be written
}


def rewritten(content: bytes) -> tuple[str, bytes]:
    """Return the media type of a document and the document written anew. Errors: Unfit."""
    media_type = kind_of(content)
    new = pdfs.rewrite(content) if media_type == PDF else images.redraw(content, media_type)
    if len(new) > MOST_BYTES:
        raise Unfit(Reason.TOO_LARGE)
    return media_type, new


def answer(content: bytes) -> bytes:
    """Return what this process says of a document."""
    try:
        media_type, new = rewritten(content)
    except Unfit as unfit:
        return f"no {unfit.reason}\n".encode()
    return f"ok {media_type}\n".encode() + new


def main() -> None:
    """Limit this process, then open one document."""
    for limit, most in LIMITS.items():
        resource.setrlimit(limit, (most, most))
    pdfs.bound()
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
    sys.stdout.buffer.flush()
