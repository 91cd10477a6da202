import tempfile
from http import HTTPStatus

import pytest
from django.utils.translation import override
from pikepdf import Dictionary, String

from protect.uploads.clean_documents import clean_document
from protect.uploads.errors import REASON_MESSAGES, UploadRefused
from protect.uploads.refusal_reasons import JPEG, MAX_FILE_BYTES, PDF, Reason
from protect.uploads.scanners import Clamd, NoScanner
from tests.uploads.sample_files import EICAR, SECRET, exif, pdf, picture, saved, with_attachment


def test_a_photograph_comes_out_clean_and_renamed():
    content = picture("JPEG", exif=exif())

    found = clean_document("../../IMG\u202egnp.exe", content, scanner=NoScanner())

    assert (found.name, found.media_type) == ("IMGgnp.jpg", JPEG)
    assert SECRET not in found.content
    assert "IMG" not in repr(found)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.UNREADABLE),
        (bytes(MAX_FILE_BYTES + 1), Reason.TOO_LARGE),
        (picture("GIF"), Reason.WRONG_TYPE),
        (picture("JPEG")[:200], Reason.UNREADABLE),
    ],
    ids=["empty", "large", "gif", "truncated"],
)
def test_a_refusal_names_its_reason_and_keeps_nothing(content, reason, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with pytest.raises(UploadRefused) as refused:
        clean_document("scan.pdf", content, scanner=NoScanner())

    assert refused.value.reason == reason
    assert refused.value.facts == {"reason": reason.value}  # no name, no content: this is logged
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) == 0  # locks have no content


@pytest.mark.clamd
def test_an_infected_attachment_refuses_the_whole_document(clamd):
    content = saved(with_attachment(EICAR))

    with pytest.raises(UploadRefused) as refused:
        clean_document("scan.pdf", content, scanner=Clamd(path=str(clamd.path)))

    assert refused.value.reason == Reason.INFECTED
    assert clean_document("scan.pdf", content, scanner=NoScanner()).media_type == PDF


@pytest.mark.clamd
def test_rewritten_document_is_scanned_too(clamd):
    made = pdf()
    blind = Dictionary(CheckSum=String(bytes(16)))  # the scanner reads no further than this
    made.pages[0].obj.Contents = made.make_stream(b"q " + EICAR + b" Q", Params=blind)
    hidden = saved(made)

    scanner = Clamd(path=str(clamd.path))
    scanner.must_pass(hidden)
    with pytest.raises(UploadRefused) as refused:
        clean_document("scan.pdf", hidden, scanner=scanner)

    assert refused.value.reason == Reason.INFECTED


@pytest.mark.clamd
def test_a_healthy_document_passes_the_scanner(clamd):
    found = clean_document("scan", saved(pdf()), scanner=Clamd(path=str(clamd.path)))

    assert (found.name, found.media_type) == ("scan.pdf", PDF)


def test_unreachable_scanner_refuses_every_document(tmp_path):
    with pytest.raises(UploadRefused) as refused:
        clean_document("scan.pdf", saved(pdf()), scanner=Clamd(path=str(tmp_path / "absent")))

    assert refused.value.reason == Reason.SCANNER_AWAY


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_message_with_a_remedy(reason):
    error = UploadRefused(reason)

    with override("en"):
        assert error.text() == str(REASON_MESSAGES[reason])
    assert (
        "Nothing was kept" in error.text()
        or "Files cannot be checked for viruses at the moment, so no file is accepted."
        in error.text()
    )
    assert (error.code, error.status) == ("upload_refused", HTTPStatus.UNPROCESSABLE_ENTITY)
