import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from django.conf import global_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Encryption, Pdf
from PIL import Image

from protect.uploads.refusal_reasons import MAX_FILE_BYTES, MEBIBYTE
from protect.vault.models import Record, SealedFile
from protect.vault.records import notes
from protect.vault.records.files import file_number
from protect.vault.records.notes import NoteContent
from tests.uploads.conftest import clamd  # noqa: F401 - a fixture
from tests.uploads.sample_files import (
    CATALOGUE,
    EICAR,
    SECRET,
    exif,
    opened,
    pdf,
    picture,
    png_head,
    saved,
    script,
    structured,
    with_attachment,
)
from tests.vault.cast import AT, LATER, entries
from tests.vault.traces import everything
from tests.vault.views.desk import Desk, led_to, words

CAST_IS_KEPT = True

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
PNG, PDF = "image/png", "application/pdf"


@pytest.fixture
def amal(cast) -> Desk:
    return Desk().let_in(cast.amal)


@pytest.fixture
def record(cast) -> Record:
    said = NoteContent("Demo Title", "Demo text")
    return notes.write_note(cast.amal.unlocked(), cast.desk, said, at=AT)


def sent(desk: Desk, record: Record, content: bytes, name: str = "Demo scan.pdf"):
    file = SimpleUploadedFile(name, content, content_type="text/html")
    return desk.post(f"/notes/{record.pk}/files", file=file)


def files_of(cast, record: Record) -> dict[UUID, notes.FileMetadata]:
    return notes.open_note(cast.sana.unlocked(), record, at=LATER).files


def only_file(cast, record: Record) -> str:
    (pk,) = files_of(cast, record)
    return f"/notes/{record.pk}/files/{pk}"


def noise(size: int) -> bytes:
    image = Image.frombytes("RGB", (size, size), os.urandom(3 * size * size))
    out = BytesIO()
    image.save(out, "JPEG", quality=100)
    return out.getvalue()


# --- adding and fetching -------------------------------------------------------------------------


def test_a_file_is_added_and_fetched_by_a_colleague_as_an_attachment(cast, amal, record):
    answer = sent(amal, record, picture("PNG"), "Demo Пример ë.PNG")

    assert answer.headers["Location"] == f"/notes/{record.pk}"
    assert "File added." in words(amal.get(f"/notes/{record.pk}"))
    fetched = Desk().let_in(cast.sana).get(only_file(cast, record))
    assert opened(fetched.content).size == (40, 20)
    assert fetched.headers["Content-Type"] == PNG
    assert fetched.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Demo%20")
    assert fetched.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    assert fetched.headers["Cache-Control"] == "no-store"
    assert fetched.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_was_done_with_files_is_in_the_audit_and_on_the_page(cast, amal, record):
    sent(amal, record, picture())
    Desk().let_in(cast.sana).get(only_file(cast, record))

    page = words(amal.get(f"/notes/{record.pk}"))

    assert (entries("add_file"), entries("open_file")) == (1, 1)
    assert "A file was added." in page
    assert "A file was opened." in page


def test_names_of_files_stand_in_the_note_and_the_list_opens_no_file(cast, amal, record):
    sent(amal, record, picture(), "../../etc/Demo \u202egpj.exe")
    SealedFile.objects.update(ct=b"\x01")  # what is opened now fails

    assert "1 file" in words(amal.get(f"/teams/{cast.desk.pk}/notes"))
    assert "Demo gpj.jpg" in words(amal.get(f"/notes/{record.pk}"))


def test_a_file_comes_beside_what_somebody_else_saved_meanwhile(cast, amal, record):
    said = NoteContent("Demo Title", "What Sana saw")
    notes.change_note(cast.sana.unlocked(), record, said, seen=1, at=AT)

    sent(amal, record, picture())

    found = notes.open_note(cast.amal.unlocked(), record, at=LATER)
    assert (found.text, found.version, len(found.files)) == ("What Sana saw", 3, 1)


def test_somebody_who_was_locked_out_here_comes_back_to_the_note(amal, record):
    assert led_to(amal.get(f"/notes/{record.pk}/files")) == f"/notes/{record.pk}"


# --- bad input -----------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "cannot be opened safely"),
    "another kind": (lambda: b"PK\x03\x04" + bytes(400), "not a PDF, JPEG or PNG file"),
    "a page that calls itself PDF": (lambda: b"<html>Demo</html>", "not a PDF, JPEG or PNG file"),
    "the beginning of a picture": (lambda: picture()[:200], "cannot be opened safely"),
    "50,000 by 50,000 points": (
        lambda: png_head(50_000, 50_000),
        "This picture has too many pixels. Nothing was kept. Send a smaller copy of it.",
    ),
    "0.2 MB that grow to 200": (
        lambda: structured(zlib.compress(CATALOGUE + bytes(200 * MEBIBYTE)), "/FlateDecode"),
        "cannot be opened safely",
    ),
    "a locked PDF": (
        lambda: saved(pdf(), encryption=Encryption(owner="a", user="b")),
        "This document is locked",
    ),
    "too many pages": (lambda: saved(pdf(501)), "more than 500 pages"),
    "a byte too much": (lambda: bytes(MAX_FILE_BYTES + 1), "larger than 20 MB"),
}


@pytest.mark.parametrize(("make", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_taken_is_refused_with_a_reason_in_the_form(cast, amal, record, make, why):
    before = everything()

    answer = sent(amal, record, make())

    assert answer.status_code == 422
    assert why in words(answer)
    assert "Nothing was kept" in words(answer)
    assert "Demo text" in words(answer)  # the note that it was to stand beside
    after = everything()
    for table in ("SealedFile", "Sealed", "DekWrap", "Record", "ledger"):
        assert after[table] == before[table]
    assert entries("add_file") == 0


def test_much_too_much_is_refused_before_it_is_read(amal, record):
    answer = sent(amal, record, bytes(MAX_FILE_BYTES + MEBIBYTE))

    assert answer.status_code == 422
    assert "larger than 20 MB" in words(answer)
    assert not SealedFile.objects.exists()


def test_nothing_chosen_is_said(amal, record):
    answer = amal.post(f"/notes/{record.pk}/files")

    assert answer.status_code == 422
    assert "Choose a file first." in words(answer)


def with_script() -> bytes:
    made = pdf()
    made.Root.OpenAction = script()
    return saved(made)


HARMLESS: dict[str, tuple[Callable[[], bytes], bytes]] = {
    "a script in a PDF": (with_script, SECRET),
    "a file in a PDF": (lambda: saved(with_attachment(b"PLANTED")), b"letter.txt"),
    "a picture that is a page too": (lambda: picture() + b"<script>1</script>", b"<script>"),
    "a picture that is an archive too": (lambda: picture() + b"PK\x05\x06" + bytes(18), b"PK\x05"),
    "where a picture was taken": (lambda: picture(exif=exif()), SECRET),
}


@pytest.mark.parametrize(("make", "never"), HARMLESS.values(), ids=HARMLESS)
def test_what_hides_in_a_document_is_dropped(cast, amal, record, make, never):
    assert never in make() or never in b"".join(texts(make()))

    sent(amal, record, make())

    fetched = amal.get(only_file(cast, record)).content
    assert never not in fetched
    assert fetched[:4] not in (b"", b"<htm")
    if fetched.startswith(b"%PDF"):
        assert not {"/OpenAction", "/Names"} & set(Pdf.open(BytesIO(fetched)).Root.keys())
        assert never not in b"".join(texts(fetched))


def texts(content: bytes) -> Iterator[bytes]:
    """Yield what stands unpacked in a PDF; nothing for another file."""
    if content.startswith(b"%PDF"):
        out = BytesIO()
        Pdf.open(BytesIO(content)).save(out, compress_streams=False, qdf=True)
        yield out.getvalue()


def test_the_scanner_that_is_set_stops_a_virus(cast, amal, record, settings, clamd):  # noqa: F811
    settings.SCANNER = f"clamd:{clamd.path}"
    infected = pdf()
    infected.pages[0].obj.Contents = infected.make_stream(b"% " + EICAR)

    refused = sent(amal, record, saved(infected, compress_streams=False))
    taken = sent(amal, record, picture())

    assert refused.status_code == 422
    assert "The virus scanner stopped this file. Nothing was kept." in words(refused)
    assert taken.status_code == 302
    assert len(files_of(cast, record)) == 1


def test_without_an_answer_of_the_scanner_nothing_is_taken(amal, record, settings, tmp_path):
    settings.SCANNER = f"clamd:{tmp_path}/nobody"

    answer = sent(amal, record, picture())

    assert answer.status_code == 422
    assert "Files cannot be checked for viruses at the moment, so no file is accepted." in words(
        answer
    )
    assert not SealedFile.objects.exists()


@pytest.mark.parametrize(("scanner", "count"), [("none", 1), ("clamd:/run/clamd.ctl", 0)])
def test_a_demo_without_a_scanner_says_so(amal, record, settings, scanner, count):
    settings.SCANNER = scanner

    assert (
        words(amal.get(f"/notes/{record.pk}")).count(
            "This demo does not scan files for viruses. Do not add files that you do not trust."
        )
        == count
    )


# --- memory only ---------------------------------------------------------------------------------

watching: list[list[str]] = []


def watch(event: str, arguments: tuple) -> None:
    if not watching:
        return
    if event.startswith("tempfile."):
        watching[-1].append(f"{event} {arguments[0]}")
    if event == "open" and isinstance(arguments[0], str) and arguments[2] & WRITES:
        watching[-1].append(arguments[0])  # a number instead is a pipe that is open already


@contextmanager
def files_written(monkeypatch) -> Iterator[list[str]]:
    """Note every file that Python opens for writing."""
    if watch not in hooked:
        hooked.append(watch)
        sys.addaudithook(watch)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    watching.append([])
    try:
        yield watching[-1]
    finally:
        watching.pop()


hooked: list[object] = []


def test_no_byte_of_an_upload_goes_to_a_disk(amal, record, monkeypatch):
    content = noise(1300)
    assert len(content) > global_settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    amal.get(f"/notes/{record.pk}")  # what is loaded once is loaded

    with files_written(monkeypatch) as written:
        answer = sent(amal, record, content)

    assert answer.status_code == 302
    locks = [path for path in written if "/protect-parser-" in str(path)]  # empty: cores.py
    assert [path for path in written if path not in {os.devnull, *locks}] == []


def test_the_watch_over_files_sees_what_django_would_do_by_itself(
    amal, record, monkeypatch, settings, tmp_path
):
    settings.FILE_UPLOAD_HANDLERS = global_settings.FILE_UPLOAD_HANDLERS
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)

    with files_written(monkeypatch) as written:
        sent(amal, record, noise(1300))

    assert any(str(tmp_path) in path for path in written)


# --- removing, and others ------------------------------------------------------------------------


def test_before_a_file_is_removed_the_page_says_what_will_happen(cast, amal, record):
    sent(amal, record, picture(), "Demo.jpg")

    page = words(amal.get(f"{only_file(cast, record)}/remove"))

    assert "“ Demo.jpg ” is deleted at once" in page
    assert "This cannot be undone." in page
    assert SealedFile.objects.count() == 1


def test_a_removed_file_is_gone_and_the_others_stay(cast, amal, record):
    sent(amal, record, picture(), "Demo first.jpg")
    first = only_file(cast, record)
    sent(amal, record, picture(), "Demo second.jpg")

    answer = amal.post(f"{first}/remove")

    assert answer.headers["Location"] == f"/notes/{record.pk}"
    assert amal.get(first).status_code == 404
    assert [each.name for each in files_of(cast, record).values()] == ["Demo second.jpg"]
    assert amal.get(only_file(cast, record)).status_code == 200
    assert SealedFile.objects.count() == 1
    assert entries("remove_file") == 1


@pytest.mark.parametrize("path", ["", "/remove"])
@pytest.mark.parametrize("who", ["chidi", "dana", "bela"])
def test_a_foreign_file_looks_like_none(cast, amal, record, who, path):
    sent(amal, record, picture())
    theirs, missing = only_file(cast, record), f"/notes/{uuid4()}/files/{uuid4()}"
    desk = Desk().let_in(getattr(cast, who))

    pages = [desk.get(f"{address}{path}") for address in (theirs, missing)]

    assert [page.status_code for page in pages] == [404, 404]
    assert words(pages[0]) == words(pages[1])
    assert desk.post(f"{theirs}/remove").status_code == 404
    assert SealedFile.objects.count() == 1
    assert entries("open_file") == 0


@pytest.mark.parametrize("path", ["", "/remove"])
def test_a_file_of_another_note_is_not_found_here(cast, amal, record, path):
    other = notes.write_note(
        cast.amal.unlocked(), cast.desk, NoteContent("Demo Other", "text"), at=AT
    )
    sent(amal, other, picture())
    pk = only_file(cast, other).rpartition("/")[2]

    assert amal.get(f"/notes/{record.pk}/files/{pk}{path}").status_code == 404
    assert amal.post(f"/notes/{record.pk}/files/{pk}/remove").status_code == 404
    assert SealedFile.objects.count() == 1


def test_nobody_adds_a_file_to_a_foreign_note(cast, record):
    answer = sent(Desk().let_in(cast.chidi), record, picture())

    assert answer.status_code == 404
    assert not SealedFile.objects.exists()


def test_a_file_whose_bytes_were_changed_is_not_given_out(cast, amal, record):
    sent(amal, record, picture())
    file = SealedFile.objects.get()
    file.ct = bytes(file.ct)[:-1] + bytes([bytes(file.ct)[-1] ^ 1])
    file.save(update_fields=["ct"])

    answer = amal.get(only_file(cast, record))

    assert answer.status_code == 422
    assert file_number(file.pk) in words(answer)
    assert entries("open_file") == 0
