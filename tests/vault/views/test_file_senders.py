"""Whose file waits to be parsed: of whoever is signed in, else of the network that sends it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory

from protect.uploads import parser_process
from protect.uploads.senders import OPERATOR_SENDER, Queue, Sender, current_sender
from protect.vault.middleware import UnlockMiddleware
from tests.uploads.sample_files import pdf, saved
from tests.vault.cast import note
from tests.vault.views.desk import Desk

CAST_IS_KEPT = True


class Recorded(parser_process.ParserQueue):
    """The turns of the server, and who took them."""

    def __init__(self) -> None:
        super().__init__(parser_process.TURNS.limits_by_queue)
        self.senders: list[Sender] = []

    @contextmanager
    def turn(self, of: Sender) -> Iterator[None]:
        self.senders.append(of)
        with super().turn(of):
            yield


def seen_by(request) -> Sender:
    """Return who a public page believes to send."""
    found: list[Sender] = []

    def page(_request) -> HttpResponse:
        found.append(current_sender())
        return HttpResponse()

    UnlockMiddleware(page)(request)
    return found[0]


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.7", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48")],
)
def test_visitors_are_told_apart_by_their_networks(address, network):
    request = RequestFactory().get("/", REMOTE_ADDR=address)

    assert seen_by(request) == Sender(Queue.VISITORS, network)
    assert current_sender() == OPERATOR_SENDER


def test_people_at_work_are_told_apart_by_their_accounts(cast, monkeypatch):
    turns = Recorded()
    monkeypatch.setattr(parser_process, "TURNS", turns)
    record, file = note(cast.amal, cast.desk), SimpleUploadedFile("Demo.pdf", saved(pdf()))

    answer = Desk().let_in(cast.amal).post(f"/notes/{record.pk}/files", file=file)

    assert answer.status_code == 302
    assert turns.senders == [Sender(Queue.DESK, str(cast.amal.pk))]
    assert current_sender() == OPERATOR_SENDER
