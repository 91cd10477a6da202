"""Papers of the agenda and terms of reference come through the one door for files."""

from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest
from pikepdf import Array, Dictionary, String

from protect.coordination.groups.models import TermsOfReference
from protect.coordination.meetings.models import Paper
from tests.coordination.cast import make_group, make_item, make_meeting
from tests.uploads.sample_files import pdf, saved, script

pytestmark = pytest.mark.django_db


def file_of(content, name):
    file = BytesIO(content)
    file.name = name
    return file


def document_with_macro():
    """Return a Word document with a project of macros."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        archive.writestr("word/vbaProject.bin", b"Sub AutoOpen()")
    return packed.getvalue()


@pytest.fixture
def addresses(cast):
    group = make_group(cast)
    item = make_item(cast, make_meeting(cast, group))
    return f"/groups/items/{item.pk}/papers/files", f"/groups/{group.pk}/terms/files"


@pytest.mark.parametrize("name", ["agenda.docm", "agenda.pdf"])
def test_a_paper_with_macros_is_refused_and_nothing_is_kept(desks, addresses, name):
    for address in addresses:
        macro = file_of(document_with_macro(), name)
        assert desks["amal"].post(address, file=macro).status_code == 422, address
    assert not Paper.objects.exists()
    assert not TermsOfReference.objects.exists()


def test_a_script_in_a_paper_is_not_kept(desks, addresses):
    made = pdf()
    names = Dictionary(Names=Array([String("a"), script()]))
    made.Root.Names = Dictionary(JavaScript=names)
    made.Root.OpenAction = script()

    answer = desks["amal"].post(addresses[0], file=file_of(saved(made), "agenda.pdf"))

    assert answer.status_code == 302
    with pikepdf.open(BytesIO(bytes(Paper.objects.get().content))) as kept:
        assert "/OpenAction" not in kept.Root
        assert "/Names" not in kept.Root


def test_a_paper_of_300_pages_is_kept_whole(desks, addresses):
    answer = desks["amal"].post(addresses[0], file=file_of(saved(pdf(300)), "report.pdf"))

    assert answer.status_code == 302
    with pikepdf.open(BytesIO(bytes(Paper.objects.get().content))) as kept:
        assert len(kept.pages) == 300
