"""Certificates that visitors can verify: Open Badges 3.0 with status lists.

`issuing` makes documents from plain dataclasses, `statuses` the lists, `issuers` what an issuer
publishes; `protect.vault.actions.badges` signs all three kinds. `verifying` judges, `reading` opens
files. Nothing here asks the database or the network.
Source: docs/adr/0023-certificates.md; docs/trainings-certificates.md.
"""

from __future__ import annotations

from protect.certificates.badges.content import Certificate, Issuer
from protect.certificates.badges.documents import certificate
from protect.certificates.badges.issuers import profile
from protect.certificates.badges.status_lists import draw_index, status_list
from protect.certificates.badges.verdicts import Reason, State
from protect.certificates.badges.verification import Verdict, VerifiedContent, is_genuine, verify

__all__ = [
    "Certificate",
    "Issuer",
    "Reason",
    "State",
    "Verdict",
    "VerifiedContent",
    "certificate",
    "draw_index",
    "is_genuine",
    "profile",
    "status_list",
    "verify",
]
