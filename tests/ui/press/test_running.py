from dataclasses import dataclass, replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from protect.ui import press
from protect.ui.press import PaperLanguage
from tests.ui.press.seeing import as_seen, pages

IS_ACCESSIBLE = b"<pdfuaid:part>1</pdfuaid:part>"
FONTS_AT_MOST = 5 * 1024 * 1024  # bytes
BODY = "#show: paper\n#heading(iso(sheet.title))\n#sheet.sentence #num(sheet.number)"


@dataclass(frozen=True, slots=True)
class Frame:
    writing: PaperLanguage


@dataclass(frozen=True, slots=True)
class Sheet:
    frame: Frame
    title: str
    sentence: str
    number: str


SHEET = Sheet(Frame(PaperLanguage.of("en", "ltr", "Latn")), "Demo", "Call", "0800 98 100")


@pytest.fixture
def template(tmp_path):
    """Return a template that stands where those of a package stand, and is no file of it."""
    path = press.FONTS.parent / f"demo-{tmp_path.name}.typ"
    path.write_text(f'#import "/ui/press/sheet.typ": *\n{BODY}\n', encoding="utf-8")
    yield path
    path.unlink()


def test_template_of_any_package_imports_the_shared_sheet(template):
    (page,) = pages(press.pdf(template, SHEET))

    assert as_seen(page).split() == ["Demo", "Call", "0800", "98", "100"]


def test_a_sheet_gives_the_same_bytes_from_either_compiler(template):
    made = {press.pdf(template, SHEET, is_large=large) for large in (False, True, False)}

    assert len(made) == 1


def test_numbers_keep_their_order_from_right_to_left(template):
    arabic = replace(SHEET, frame=Frame(PaperLanguage.of("ar", "rtl", "Arab")), sentence="اتصل")

    assert "0800 98 100" in as_seen(pages(press.pdf(template, arabic))[0])


def test_a_letter_without_a_font_is_printed_without_the_standard(template):
    accessible = press.pdf(template, SHEET)
    boxed = press.pdf(template, replace(SHEET, title="Demo ᏣᎳᎩ"))

    assert IS_ACCESSIBLE in accessible
    assert IS_ACCESSIBLE not in boxed
    assert "0800 98 100" in as_seen(pages(boxed)[0])


def test_pdf_metadata_contains_only_info(template):
    told = dict(PdfReader(BytesIO(press.pdf(template, SHEET))).metadata)

    assert told.pop("/Creator").startswith("Typst")
    assert told == {"/Title": "Info"}


def test_template_error_is_raised(template):
    template.write_text("#undefined-thing", encoding="utf-8")

    with pytest.raises(RuntimeError, match="undefined-thing"):
        press.pdf(template, SHEET)


def test_a_picture_of_a_sheet_is_a_png(template):
    assert press.png(template, SHEET).startswith(b"\x89PNG")


def test_the_fonts_are_light_and_carry_their_licence():
    fonts = [path for path in press.FONTS.iterdir() if path.suffix in {".ttf", ".otf"}]

    assert 0 < sum(path.stat().st_size for path in fonts) <= FONTS_AT_MOST
    assert "SIL OPEN FONT LICENSE" in (press.FONTS / "OFL.txt").read_text(encoding="utf-8")
    licence = (press.FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert {path.stem.split("-")[0] for path in fonts} <= set(licence.replace(",", " ").split())


@pytest.mark.parametrize(
    ("script", "is_tall", "comma"),
    [("Latn", False, ", "), ("Arab", True, "، "), ("Ethi", True, "፣ ")],
)
def test_a_script_decides_how_its_lines_are_set(script, is_tall, comma):
    writing = PaperLanguage.of("xx", "ltr", script)

    assert (writing.is_tall, writing.comma) == (is_tall, comma)


def test_qr_code_with_more_error_correction_is_not_smaller():
    text = "HTTPS://INFO.EXAMPLE.ORG/ABCDEF"

    widths = [
        float(press.qr_svg(text, error).split('viewBox="0 0 ')[1].split()[0]) for error in "mq"
    ]
    assert widths[0] <= widths[1]
    assert press.qr_svg(text).startswith("<svg")
