"""The verification page recognises a photo of a certificate."""

from io import BytesIO
from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from protect.certificates.badges.files import read_certificate
from protect.certificates.views.public_pages import MAX_REQUEST_BYTES
from protect.uploads import parser_process
from tests.certificates.views.test_public_pages import post
from tests.refusals import refuses
from tests.vault.views.desk import words

pytestmark = pytest.mark.django_db
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0"
NUMBER = "Type the number that is printed on the certificate"


def photo(kind: str, side: int = 400) -> bytes:
    """Return a picture of noise: more than 256 kB."""
    out = BytesIO()
    noise = Random(1).randbytes(side * side * 3)
    Image.frombytes("RGB", (side, side), noise).save(out, kind)
    return out.getvalue()


def check(content: bytes):
    return post("/trainings/en/check", file=SimpleUploadedFile("photo", content))


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "TIFF", "WEBP", "HEIC"])
def test_photo_is_recognised_and_the_page_asks_for_the_number(kind, monkeypatch):
    monkeypatch.setattr(parser_process, "parse", None)  # no parser is started for it

    response = check(HEIC if kind == "HEIC" else photo(kind))

    assert (response.status_code, response.context["verdict"]) == (422, None)
    assert set(response.context["file_form"].errors) == {"file"}
    assert "This is a photo or another picture." in words(response)
    assert NUMBER in words(response)
    assert "larger than" not in words(response)


def test_png_without_a_certificate_asks_for_the_number():
    response = check(photo("PNG"))

    assert response.status_code == 422
    assert "This PDF or PNG contains no certificate:" in words(response)
    assert NUMBER in words(response)


def test_too_large_photo_asks_for_the_number():
    response = check(photo("JPEG") + bytes(MAX_REQUEST_BYTES))

    assert response.status_code == 422
    assert f"If it is a photo or a scan, t{NUMBER[1:]}" in words(response)


def test_verify_command_refuses_a_photo(tmp_path):
    file = tmp_path / "photo.jpg"
    file.write_bytes(photo("JPEG"))

    with refuses("certificates_is_picture"):
        read_certificate(file)
