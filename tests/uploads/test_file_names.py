import unicodedata

import pytest
from hypothesis import example, given, strategies as st

from protect.uploads.clean_documents import clean_name
from protect.uploads.refusal_reasons import JPEG, PDF, PNG


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Arztbrief.pdf", "Arztbrief.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\demo\\letter.PDF", "letter.pdf"),
        ("photo.jpg", "photo.pdf"),  # a PDF, whatever it calls itself
        ("invoice.pdf.exe", "invoice.pdf"),
        ("letter.pdf.pdf", "letter.pdf"),
        ("Letter 12.03.2026", "Letter 12.03.2026.pdf"),
        ("report\u202efdp.exe", "reportfdp.pdf"),  # read from the right it ended in .pdf
        ("a\u2066b\u200fc\x00d\x7fe.pdf", "abcde.pdf"),
        ("line\r\nSet-Cookie: x.pdf", "line Set-Cookie_ x.pdf"),
        ('say "hi"; <b>.pdf', "say _hi_; _b_.pdf"),
        ("نامه\u200cها.pdf", "نامه\u200cها.pdf"),  # Persian spelling keeps its joiner
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("con.pdf", "document-con.pdf"),
        ("..", "document.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "document.pdf"),
    ],
)
def test_a_name_becomes_harmless(name, clean):
    assert clean_name(name, PDF) == clean


@pytest.mark.parametrize(("media_type", "ending"), [(PDF, ".pdf"), (JPEG, ".jpg"), (PNG, ".png")])
def test_the_extension_follows_the_type(media_type, ending):
    assert clean_name("scan.docx", media_type) == f"scan{ending}"


@given(st.text(max_size=300), st.sampled_from([PDF, JPEG, PNG]))
@example("\U0001f600" * 200, PDF)
@example("con." * 40, PNG)
@example("x" * 115 + ".pdf.a", PDF)
def test_every_name_stays_short_visible_and_as_it_is_when_cleaned_again(name, media_type):
    clean = clean_name(name, media_type)

    assert len(clean) <= 120
    assert len(clean.encode()) <= 240
    hidden = {each for each in clean if unicodedata.category(each)[0] == "C"}
    assert hidden <= {"\u200c", "\u200d"}
    assert not set(clean) & set('/\\<>:"|?*%')
    assert clean_name(clean, media_type) == clean
