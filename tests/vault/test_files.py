from uuid import uuid4

import pytest

from protect.uploads.clean_documents import CleanDocument
from protect.vault.errors import KeyNotReady, RecordDamaged, RecordGone
from protect.vault.formats.files import CHUNK_BYTES
from protect.vault.models import SealedFile
from protect.vault.records import files, records
from tests.vault.cast import AT, LATER, SAID, entries, must_verify, read, write
from tests.vault.traces import everything, refused

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True
CONTENT = b"PLANTED-IN-CLEAR " * 10
CLEAN = CleanDocument(content=CONTENT, media_type="application/pdf", name="PLANTED name.pdf")


@pytest.fixture
def record(cast):
    return write(cast.amal, cast.desk)


def attach(cast, record, clean=CLEAN):
    """Attach a file and save the document that holds its key; return the file's id."""
    before = read(cast.amal, record)
    document = files.attach_file(record, before.document, clean, at=AT)
    records.save_record(cast.amal.unlocked(), record, document, seen=before.version, at=AT)
    (pk,) = set(document[files.KEYS_FIELD]) - set(before.document.get(files.KEYS_FIELD, {}))
    return SealedFile.objects.get(pk=pk).pk


def open_file(person, record, file):
    document = records.read(person.unlocked(), record).document
    return files.read_attached_file(person.unlocked(), record, document, file, at=LATER)


def test_a_file_is_read_back_by_a_colleague_with_its_name_and_type(cast, record):
    file = attach(cast, record)

    about, content = open_file(cast.sana, record, file)

    assert content == CONTENT
    assert (about.name, about.type, about.size) == (CLEAN.name, CLEAN.media_type, len(CONTENT))


def test_neither_name_nor_content_nor_key_stands_in_a_row(cast, record):
    file = attach(cast, record)
    key = read(cast.amal, record).document[files.KEYS_FIELD][str(file)]
    kept = repr(everything())

    assert "PLANTED" not in kept
    assert key not in kept
    assert repr(bytes.fromhex(key))[2:-1] not in kept


def test_attaching_a_file_keeps_the_document_and_other_keys(cast, record):
    one, other = attach(cast, record), attach(cast, record)

    document = read(cast.amal, record).document
    assert {**document, files.KEYS_FIELD: None} == {**SAID, files.KEYS_FIELD: None}
    assert set(document[files.KEYS_FIELD]) == {str(one), str(other)}
    assert len(set(document[files.KEYS_FIELD].values())) == 2


def test_a_file_takes_a_padded_size(cast, record):
    sizes = set()
    for length in (1000, 1005):
        file = attach(
            cast, record, CleanDocument(content=b"x" * length, media_type="a/b", name="x")
        )
        row = SealedFile.objects.get(pk=file)
        assert row.size == len(bytes(row.ct))
        sizes.add(row.size)

    assert len(sizes) == 1


def test_a_file_of_several_chunks_comes_back_whole(cast, record):
    content = bytes(range(256)) * (CHUNK_BYTES // 256) + b"the end"
    file = attach(
        cast, record, CleanDocument(content=content, media_type="image/png", name="x.png")
    )

    assert open_file(cast.amal, record, file)[1] == content


def test_an_empty_file_is_a_file(cast, record):
    file = attach(cast, record, CleanDocument(content=b"", media_type="a/b", name="x"))

    assert open_file(cast.amal, record, file)[1] == b""


def test_each_reading_is_in_the_audit(cast, record):
    file = attach(cast, record)
    open_file(cast.sana, record, file)
    open_file(cast.sana, record, file)

    assert entries("open_file") == 2
    must_verify()


def test_a_file_of_another_record_does_not_open_here(cast, record):
    other = write(cast.amal, cast.desk)
    file = attach(cast, record)
    document = read(cast.amal, record).document

    for owner in (record, other):
        SealedFile.objects.filter(pk=file).update(record=owner)
        with refused(RecordDamaged, reference=files.file_number(file)):
            files.read_attached_file(cast.amal.unlocked(), other, document, file, at=LATER)


def test_unknown_file_or_file_without_a_saved_key_is_gone(cast, record):
    files.attach_file(record, SAID, CLEAN, at=AT)
    file = SealedFile.objects.get().pk

    for pk in (file, uuid4()):
        with refused(RecordGone):
            open_file(cast.amal, record, pk)


def test_file_cannot_be_read_without_opening_its_record(cast, record):
    file = attach(cast, record)

    with refused(KeyNotReady):
        open_file(cast.chidi, record, file)


@pytest.mark.parametrize("change", ["cut", "flip", "swap"])
def test_changed_bytes_of_a_file_do_not_open(cast, record, change):
    file, other = attach(cast, record), attach(cast, record)
    ct = bytes(SealedFile.objects.get(pk=file).ct)
    changed = {
        "cut": ct[:-20],
        "flip": ct[:-1] + bytes([ct[-1] ^ 1]),
        "swap": bytes(SealedFile.objects.get(pk=other).ct),
    }[change]
    SealedFile.objects.filter(pk=file).update(ct=changed)

    with refused(RecordDamaged, reference=files.file_number(file)):
        open_file(cast.amal, record, file)
    assert open_file(cast.amal, record, other)[1] == CONTENT


def test_a_detached_file_is_deleted_and_its_key_goes_with_the_next_save(cast, record):
    gone, kept = attach(cast, record), attach(cast, record)
    before = read(cast.amal, record)

    document = files.detach_file(record, before.document, gone)
    records.save_record(cast.amal.unlocked(), record, document, seen=before.version, at=LATER)

    assert [row.pk for row in SealedFile.objects.order_by("pk")] == [kept]
    assert set(read(cast.amal, record).document[files.KEYS_FIELD]) == {str(kept)}
    with refused(RecordGone):
        open_file(cast.amal, record, gone)


def test_detaching_takes_nothing_from_another_record(cast, record):
    other = write(cast.amal, cast.desk)
    file = attach(cast, record)

    files.detach_file(other, read(cast.amal, record).document, file)

    assert open_file(cast.amal, record, file)[1] == CONTENT


def test_repr_of_a_file_has_no_name(cast, record):
    file = attach(cast, record)
    about, _ = open_file(cast.amal, record, file)

    assert "PLANTED" not in repr(about) + repr(CLEAN)
