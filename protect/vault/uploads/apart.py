"""Opens documents in a process of their own.

Libraries that read pictures and PDFs are large and read what strangers made. In the process of the
site they could be led to the keys that it holds, and neither their time nor all their memory can be
limited there: 0.3 MB of LZW in a PDF grow to half a gigabyte, and qpdf knows no limit for that.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from protect.vault.uploads.kinds import EXTENSIONS
from protect.vault.uploads.reasons import Reason, Unfit

SECONDS = 40  # on the wall: twice the computing time, for a machine that has other work
ROOT = Path(__file__).resolve().parents[3]
START = "import sys; sys.path.append(sys.argv[1]); from protect.vault.uploads import worker as w; "
COMMAND = [sys.executable, "-I", "-B", "-c", f"{START}w.main()", str(ROOT)]
ENVIRONMENT = {"PUREMAGIC_DEEPSCAN": "0"}  # nothing of ours: it holds secrets
ROOMS = BoundedSemaphore(2)  # at once in this process; others wait


def rewritten(content: bytes, *, seconds: float = SECONDS) -> tuple[str, bytes]:
    """Return the media type of a document and the document written anew.

    A document that takes too long, too much memory or breaks its reader is unreadable.
    Errors: Unfit.
    """
    try:
        with ROOMS:
            done = subprocess.run(  # noqa: S603 - our own words only; the document is its input
                COMMAND,
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # may quote the document
                env=ENVIRONMENT,
                timeout=seconds,
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise Unfit(Reason.UNREADABLE) from None
    head, _, new = done.stdout.partition(b"\n")
    said, _, about = head.decode("ascii", "replace").partition(" ")
    if done.returncode == 0 and said == "no" and about in set(Reason):
        raise Unfit(Reason(about))
    if done.returncode or said != "ok" or about not in EXTENSIONS:
        raise Unfit(Reason.UNREADABLE)
    return about, new
