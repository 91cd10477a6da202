import tempfile
from pathlib import Path

import pytest
from django.conf import global_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

from protect.uploads.errors import UploadRefused
from protect.uploads.refusal_reasons import MAX_FILE_BYTES, MEBIBYTE, Reason
from protect.uploads.upload_handler import MemoryOnly, content_of


@pytest.fixture(autouse=True)
def no_disk(settings, monkeypatch, tmp_path) -> Path:
    """Whoever wants a temporary file fails: the folder for them is not there."""
    settings.FILE_UPLOAD_HANDLERS = ["protect.uploads.upload_handler.MemoryOnly"]
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "absent")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    return tmp_path


def posted(**fields: object) -> HttpRequest:
    return RequestFactory().post("/", fields)


def file(size: int, name: str = "scan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, bytes(size), content_type="text/html")


@pytest.mark.parametrize("size", [0, 1, 3 * MEBIBYTE, MAX_FILE_BYTES])
def test_a_file_is_kept_in_memory_and_nowhere_else(size, no_disk):
    request = posted(document=file(size), note="words")

    found = request.FILES["document"]
    assert content_of(found) == bytes(size)
    assert (found.size, found.name) == (size, "scan.pdf")
    assert request.POST["note"] == "words"
    assert list(no_disk.iterdir()) == []


def test_without_this_handler_such_a_file_would_go_to_the_disk(settings):
    settings.FILE_UPLOAD_HANDLERS = global_settings.FILE_UPLOAD_HANDLERS

    with pytest.raises(FileNotFoundError):
        posted(document=file(3 * MEBIBYTE)).FILES  # noqa: B018 - reading is what is tried


def test_one_byte_above_the_limit_is_refused_and_typed_text_is_kept(no_disk):
    request = posted(document=file(MAX_FILE_BYTES + 1), note="words")

    with pytest.raises(UploadRefused) as refused:
        content_of(request.FILES["document"])

    assert refused.value.reason == Reason.TOO_LARGE
    assert request.FILES["document"].read() == b""
    assert request.POST["note"] == "words"
    assert list(no_disk.iterdir()) == []


def test_files_of_one_request_share_the_limit():
    request = posted(a=file(12 * MEBIBYTE), b=file(12 * MEBIBYTE))

    assert len(content_of(request.FILES["a"])) == 12 * MEBIBYTE
    with pytest.raises(UploadRefused):
        content_of(request.FILES["b"])


def test_handler_drops_oversized_content_while_reading():
    handler = MemoryOnly()
    handler.new_file("document", "scan.pdf", "application/pdf", None)

    for start in range(0, MAX_FILE_BYTES + MEBIBYTE, MEBIBYTE):
        handler.receive_data_chunk(bytes(MEBIBYTE), start)

    assert handler.file_complete(MAX_FILE_BYTES + MEBIBYTE).read() == b""
