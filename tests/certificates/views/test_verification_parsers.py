"""Uploaded files that would exhaust a parser are refused."""

from django.core.files.uploadedfile import SimpleUploadedFile

from protect.certificates.badges.files import certificate_from_bytes
from protect.uploads import parser_process
from protect.uploads.parser_process import ParserQueue, QueueLimits
from protect.uploads.senders import Queue, Sender
from tests.certificates.badges.given import SIGNED, to_bytes
from tests.certificates.views.test_public_pages import post
from tests.faults.hostile import lzw_pdf
from tests.refusals import refuses
from tests.vault.views.desk import words


def test_file_that_exhausts_its_parser_is_refused_with_a_message(planners):
    response = post("/trainings/en/check", file=SimpleUploadedFile("a.pdf", lzw_pdf()))

    assert (response.status_code, response.context["verdict"]) == (422, None)
    assert "No certificate can be read in this file." in words(response)
    with refuses("certificates_unreadable") as refused:
        certificate_from_bytes(lzw_pdf())
    assert refused.value.code == "certificates_unreadable"


def test_visitor_is_asked_to_retry_while_all_parsers_are_busy(planners, monkeypatch):
    file = SimpleUploadedFile("a.json", to_bytes(SIGNED))
    full = ParserQueue({Queue.VISITORS: QueueLimits(max_files=1, seconds=0)})

    with monkeypatch.context() as busy, full.turn(Sender(Queue.VISITORS)):
        busy.setattr(parser_process, "TURNS", full)
        response = post("/trainings/en/check", file=file)

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert {*response.context["form"].errors} == {"file"}
    assert "Wait a few seconds and send it again." in words(response)
    assert response.context["verdict"] is None
    file.seek(0)
    assert post("/trainings/en/check", file=file).status_code == 200
