"""The values that documents are made from. This module reads no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Issuer:
    """The organisation that signs.

    `address`: the page below which lists and keys are published
    (`vault.badges.issuer_address`);
    `controller`: the name of the key in use (`vault.actions.badges.signing_name`).
    """

    name: str
    address: str
    controller: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The content of a certificate.

    `short_title` is neutral: wallets show it in lists, where a bystander may read it. `name` is
    set only when the participant has asked for it. `issued` is aware. The place in the status
    list is drawn by `status_lists.draw_index`.
    """

    id: UUID
    issuer: Issuer
    title: str
    short_title: str
    criteria: str
    minutes: int
    day: date
    issued: datetime
    status_list: int
    status_index: int
    name: str | None = None
