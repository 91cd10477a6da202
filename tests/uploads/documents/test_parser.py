import io
import zipfile

import pytest

from protect.uploads.documents.parser import media_type_of
from protect.uploads.refusal_reasons import JPEG, PDF, PNG, Reason, Unfit
from tests.uploads.sample_files import pdf, picture, saved


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("JPEG"), JPEG),
        (picture("PNG"), PNG),
        (saved(pdf()), PDF),
        (saved(pdf()) + zipped(), PDF),  # also an archive, for who reads from the end
    ],
    ids=["jpeg", "png", "pdf", "pdf and zip"],
)
def test_the_beginning_tells_the_kind(content, kind):
    assert media_type_of(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        picture("GIF"),
        b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)",
        picture("WEBP"),
        picture("TIFF"),
        zipped(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<html><script>1</script></html>",
        b"MZ" + bytes(200),
        b"plain words",
        b"\0",
    ],
    ids=["gif", "gif and script", "webp", "tiff", "zip", "svg", "html", "exe", "text", "zero"],
)
def test_every_other_kind_is_refused(content):
    with pytest.raises(Unfit) as refused:
        media_type_of(content)

    assert refused.value.reason == Reason.WRONG_TYPE


def test_an_empty_file_is_unreadable():
    with pytest.raises(Unfit) as refused:
        media_type_of(b"")

    assert refused.value.reason == Reason.UNREADABLE
