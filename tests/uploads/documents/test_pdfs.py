import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import example, given, settings, strategies as st
from pikepdf import Array, Dictionary, Encryption, Name, Pdf, Permissions, StreamDecodeLevel, String
from PIL import Image

from protect.uploads.documents.pdfs import rewrite
from protect.uploads.refusal_reasons import Reason, Unfit
from tests.uploads.sample_files import (
    SECRET,
    exif,
    note,
    pdf,
    picture,
    saved,
    script,
    structured,
    with_picture,
)


def plain(content: bytes) -> bytes:
    """Every object of a PDF in clear, so that nothing hides in a compressed stream."""
    with Pdf.open(BytesIO(content)) as document:
        return saved(
            document, compress_streams=False, stream_decode_level=StreamDecodeLevel.generalized
        )


def add_scripts(made: Pdf) -> None:
    page, root = made.pages[0].obj, made.Root
    root.OpenAction = script()
    root.AA = Dictionary(WC=script())
    root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script()])))
    page.AA = Dictionary(O=script())
    page.Annots = Array(
        [note(made, Name.Link, A=script()), note(made, Name.Screen, AA=Dictionary(E=script()))]
    )
    root.Outlines = made.make_indirect(Dictionary(First=made.make_indirect(Dictionary(A=script()))))


def add_actions(made: Pdf) -> None:
    told = String(SECRET.decode())
    kinds = [Name.URI, Name.Launch, Name.GoToR, Name.SubmitForm, Name.ImportData, Name.GoToE]
    actions = [Dictionary(S=kind, F=told, URI=told) for kind in kinds]
    chain = Dictionary(S=Name.GoTo, Next=Array(actions))
    made.pages[0].obj.Annots = Array([note(made, Name.Link, A=each) for each in [*actions, chain]])


def add_files(made: Pdf) -> None:
    made.attachments["a.txt"] = SECRET
    held = made.make_stream(SECRET, Type=Name.EmbeddedFile)
    file = made.make_indirect(Dictionary(Type=Name.Filespec, F=String("a"), EF=Dictionary(F=held)))
    page = made.pages[0].obj
    page.AF = made.Root.AF = Array([file])
    page.Annots = Array(
        [
            note(made, Name.FileAttachment, FS=file),
            note(made, Name.RichMedia, RichMediaContent=file),
        ]
    )
    bare = Dictionary(EF=Dictionary(F=held))  # a file all the same, without its type
    page.Resources = Dictionary(
        Properties=Dictionary(P0=Dictionary(Held=file), P1=held),
        Font=Dictionary(F0=Dictionary(Type=Name.Font, Bare=bare, List=Array([bare, file, 1]))),
    )


def add_metadata(made: Pdf) -> None:
    told = String(SECRET.decode())
    page = made.pages[0].obj
    made.docinfo[Name.Author] = told
    about = made.make_stream(b"<x>" + SECRET + b"</x>", Type=Name.Metadata, Subtype=Name.XML)
    made.Root.Metadata = page.Metadata = about
    made.Root.PieceInfo = page.PieceInfo = Dictionary(Demo=Dictionary(Private=told))
    page.Thumb = made.make_stream(SECRET)
    page.LastModified = told
    form = made.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Metadata, form.PieceInfo, form.OPI = about, Dictionary(D=told), Dictionary(V=told)
    form.Ref = Dictionary(F=told)
    page.Resources = Dictionary(XObject=Dictionary(Fm0=form))
    made.trailer.ID = Array([told, told])


def add_forms(made: Pdf) -> None:
    told = String(SECRET.decode())
    made.Root.AcroForm = Dictionary(Fields=Array(), XFA=made.make_stream(SECRET), DA=told)
    made.Root.Perms = made.Root.Legal = Dictionary(DocMDP=told)
    made.Root.Collection = Dictionary(D=told)
    made.Root.StructTreeRoot = made.Root.SpiderInfo = Dictionary(T=told)


@pytest.mark.parametrize("hang", [add_scripts, add_actions, add_files, add_metadata, add_forms])
def test_scripts_links_and_metadata_are_removed(hang):
    made = pdf()
    hang(made)
    content = saved(made)
    assert SECRET in plain(content)

    clean = rewrite(content)

    assert SECRET not in plain(clean)
    with Pdf.open(BytesIO(clean)) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in document.trailer
        assert "/Annots" not in document.pages[0].obj
        assert len(document.pages) == 1


def test_page_keeps_its_look():
    made = with_picture(picture("JPEG", exif=exif()), Filter=Name.DCTDecode)
    made.pages[0].obj.Rotate = 90
    before = made.pages[0].obj

    with Pdf.open(BytesIO(rewrite(saved(made)))) as document:
        after = document.pages[0].obj

        assert after.Contents.read_bytes() == before.Contents.read_bytes()
        assert (after.Rotate, list(after.MediaBox)) == (90, [0, 0, 200, 100])
        assert after.Resources.XObject.Im0.Width == 40


@pytest.mark.parametrize("coding", [[Name.DCTDecode], [Name.FlateDecode, Name.DCTDecode]])
def test_a_photograph_inside_loses_its_place_and_camera(coding):
    photo = picture("JPEG", exif=exif())
    raw = photo if len(coding) == 1 else zlib.compress(photo)
    content = saved(with_picture(raw, Filter=Array(coding)))

    with Pdf.open(BytesIO(rewrite(content))) as document:
        inside = document.pages[0].obj.Resources.XObject.Im0.read_raw_bytes()

    assert SECRET in photo
    assert SECRET not in inside
    with Image.open(BytesIO(inside)) as image:
        assert image.size == (40, 20)


def test_resources_with_short_names_are_not_mistaken_for_actions():
    made = pdf()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    names = ("/A", "/AA", "/F", "/JS", "/EF", "/URI", "/S", "/Metadata")
    made.pages[0].obj.Resources = Dictionary(Font=Dictionary(dict.fromkeys(names, font)))

    with Pdf.open(BytesIO(rewrite(saved(made)))) as document:
        assert set(document.pages[0].obj.Resources.Font.keys()) == set(names)


def test_filled_in_field_becomes_part_of_the_page():
    made = pdf()
    box = Array([0, 0, 50, 20])
    look = made.make_stream(b"(Bela) Tj", Type=Name.XObject, Subtype=Name.Form, BBox=box)
    field = note(
        made, Name.Widget, FT=Name.Tx, T=String("n"), V=String("Bela"), F=4, AP=Dictionary(N=look)
    )
    made.pages[0].obj.Annots = Array([field])
    made.Root.AcroForm = Dictionary(Fields=Array([field]))

    with Pdf.open(BytesIO(rewrite(saved(made)))) as document:
        page = document.pages[0].obj
        drawn = [each.read_bytes() for each in page.Resources.XObject.values()]

        assert drawn == [b"(Bela) Tj"]
        assert "/AcroForm" not in document.Root


def test_a_hidden_layer_stays_hidden():
    made = pdf()
    usage = Dictionary(CreatorInfo=Dictionary(Creator=String(SECRET.decode())))
    layer = made.make_indirect(Dictionary(Type=Name.OCG, Name=String("draft"), Usage=usage))
    made.pages[0].obj.Resources = Dictionary(Properties=Dictionary(Oc0=layer))
    told = Dictionary(OFF=Array([layer]), Creator=String(SECRET.decode()))
    made.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=told)

    clean = rewrite(saved(made))

    assert SECRET not in plain(clean)
    with Pdf.open(BytesIO(clean)) as document:
        kept = document.pages[0].obj.Resources.Properties.Oc0
        assert document.Root.OCProperties.D.OFF[0].objgen == kept.objgen
        assert document.Root.OCProperties.OCGs[0].objgen == kept.objgen


def test_earlier_versions_and_appended_data_are_dropped():
    content = saved(pdf()) + b"\nPK\x03\x04" + SECRET
    later = (
        content
        + b"\n9 0 obj\n("
        + SECRET
        + b")\nendobj\n"
        + content[content.rindex(b"startxref") :]
    )

    assert SECRET not in rewrite(later.replace(SECRET + b"\n9", b"\n9"))


def test_the_same_document_is_written_the_same_way_and_not_changed_again():
    once = rewrite(saved(with_picture(picture("JPEG"), Filter=Name.DCTDecode)))

    assert rewrite(once) == rewrite(once) == once


@pytest.mark.parametrize(
    "how",
    [
        Encryption(user="demo", owner="demo"),
        Encryption(owner="demo", allow=Permissions(extract=False)),
    ],
    ids=["to open", "to change"],
)
def test_a_locked_document_is_refused(how):
    with pytest.raises(Unfit) as refused:
        rewrite(saved(pdf(), encryption=how))

    assert refused.value.reason == Reason.ENCRYPTED


def test_500_pages_pass_and_one_more_does_not():
    with Pdf.open(BytesIO(rewrite(saved(pdf(500))))) as document:
        assert len(document.pages) == 500

    with pytest.raises(Unfit) as refused:
        rewrite(saved(pdf(501)))

    assert refused.value.reason == Reason.TOO_MANY_PAGES


def test_missing_pages_in_the_page_count_are_refused():
    content = saved(pdf(), object_stream_mode=0).replace(b"/Count 1", b"/Count 9999999")

    with pytest.raises(Unfit):
        rewrite(content)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"1 0 obj <<" * 2000,
        saved(pdf(3))[:-200],
        saved(pdf(3))[:400],
        saved(Pdf.new()),
        structured(zlib.compress(b"1 0 [" + b"[" * 5000), "/FlateDecode"),
    ],
    ids=[
        "head",
        "nested",
        "truncated",
        "half",
        "no pages",
        "deep",
    ],
)
def test_incomplete_document_is_unreadable(content):
    with pytest.raises(Unfit) as refused:
        rewrite(content)

    assert refused.value.reason == Reason.UNREADABLE


def test_a_form_that_only_a_script_would_draw_is_unreadable():
    made = pdf()
    made.Root.NeedsRendering = True

    with pytest.raises(Unfit) as refused:
        rewrite(saved(made))

    assert refused.value.reason == Reason.UNREADABLE


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=12))
@example([])
def test_no_damage_breaks_the_reader(damage):
    made = with_picture(picture("JPEG"), Filter=Name.DCTDecode)
    add_scripts(made)
    add_forms(made)
    content = bytearray(saved(made))
    for at, value in damage:
        content[at % len(content)] = value

    with suppress(Unfit):
        assert SECRET not in plain(rewrite(bytes(content)))
