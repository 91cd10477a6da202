import json
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings, strategies as st
from openbadgeslib.baking import ITXT_KEYWORD_OB3, bake_png
from PIL import Image

from protect.certificates.badges import files
from protect.certificates.parsers import json_and_png, pdf as parsers_pdf
from protect.uploads.refusal_reasons import Refused
from tests.certificates.badges.given import PROFILE, SIGNED, STATUS_LISTS, to_bytes
from tests.refusals import refuses


def png(document: bytes | None = None) -> bytes:
    drawn = BytesIO()
    Image.new("1", (2, 2)).save(drawn, "PNG")
    blank = drawn.getvalue()
    return bake_png(blank, document.decode(), keyword=ITXT_KEYWORD_OB3) if document else blank


def pdf(*attached: bytes, compress: bool = True, **saving: object) -> bytes:
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page()
    for number, content in enumerate(attached):
        made.attachments[f"{number:02}.json"] = pikepdf.AttachedFileSpec(made, content)
    made.save(out, compress_streams=compress, **saving)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        to_bytes(SIGNED),
        b"\xef\xbb\xbf" + to_bytes(SIGNED),
        json.dumps(SIGNED, indent=2).encode("utf-16"),
        png(to_bytes(SIGNED)),
        pdf(to_bytes(SIGNED)),
        pdf(to_bytes(SIGNED), compress=False),
        pdf(b"no JSON", b'{"other": 1}', to_bytes(SIGNED)),
    ],
)
def test_certificate_is_found_in_each_supported_file_type(content):
    assert files.certificate_from_bytes(content) == SIGNED


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Demo",
        b"[]",
        b'"x"',
        b"1e999999",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b"\xff\xfe\xff",
        b"[" * 100_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"%PDF-1.7 and nothing else",
        pdf(to_bytes(SIGNED))[:200],
        pdf(to_bytes(SIGNED), encryption=pikepdf.Encryption(owner="o", user="u")),
        png(b"no JSON"),
        png(b"[1]"),
    ],
)
def test_unreadable_file_is_refused(content):
    with refuses("certificates_unreadable"):
        files.certificate_from_bytes(content)


@pytest.mark.parametrize(
    "content", [pdf(), pdf(b"no JSON"), pdf(b"{}"), png(), png()[:40], pdf(zlib.compress(b"{}"))]
)
def test_file_without_a_certificate_has_its_own_error(content):
    with refuses("certificates_absent"):
        files.certificate_from_bytes(content)


def test_compressed_file_is_inflated_up_to_the_size_limit():
    bomb = pdf(b"[" + b" " * (64 * 1024 * 1024) + b"]")

    assert len(bomb) < 200_000
    with refuses("certificates_absent"):
        files.certificate_from_bytes(bomb)


def test_only_the_first_attachments_of_a_pdf_are_read():
    with refuses("certificates_absent"):
        files.certificate_from_bytes(pdf(*[b"{}"] * 16, to_bytes(SIGNED)))


def test_document_above_the_size_limit_is_refused(tmp_path, monkeypatch):
    large = to_bytes(SIGNED | {"name": "x" * json_and_png.MAX_JSON_BYTES})
    file = tmp_path / "large.json"
    file.write_bytes(large)

    with refuses("certificates_file_large"):
        files.certificate_from_bytes(large)
    monkeypatch.setattr(files, "MOST_BYTES", 1000)
    with refuses("certificates_file_large"):
        files.read_certificate(file)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_file_is_refused_without_a_crash(content):
    for parser in (json_and_png, parsers_pdf):
        with pytest.raises(Refused):
            parser.parse(b"%PDF-1.7\n" + content, {})
    with pytest.raises(Refused):
        json_and_png.parse(content, {})


@settings(deadline=None)
@given(st.integers(0, 2000), st.integers(0, 255))
def test_damaged_pdf_is_read_or_refused_without_a_crash(at, byte):
    spoilt = bytearray(pdf(to_bytes(SIGNED)))
    spoilt[5 + at % (len(spoilt) - 5)] = byte

    with suppress(Refused):
        _facts, body = parsers_pdf.parse(bytes(spoilt), {})
        assert "credentialSubject" in json.loads(body)


def test_status_lists_and_keys_are_read_as_json(tmp_path):
    listed, keys = tmp_path / "list.json", tmp_path / "did.json"
    listed.write_bytes(to_bytes(STATUS_LISTS[0]))
    keys.write_bytes(to_bytes(PROFILE))

    assert files.read_status_list(listed) == STATUS_LISTS[0]
    assert files.read_issuer_document(keys) == PROFILE
    listed.write_bytes(b"[]")
    with refuses("certificates_status_list_unreadable"):
        files.read_status_list(listed)
    with refuses("certificates_issuer_unreadable"):
        files.read_issuer_document(listed)


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b"])
def test_missing_file_is_named(tmp_path, name):
    with refuses("certificates_file_missing") as refused:
        files.read_certificate(Path(tmp_path, name))
    assert "folder" in refused.value.text()
