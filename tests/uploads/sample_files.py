"""Documents that people might send, good ones and bad ones."""

import struct
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, TiffImagePlugin

# The antivirus test file, written backwards so that no scanner stops this one.
EICAR = rb"*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\4[PA@%P!O5X"[::-1]
SECRET = b"Demo Secret 4711"  # stands where nobody should find it afterwards
GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def exif(orientation: int = 1) -> bytes:
    made = Image.Exif()
    made[ORIENTATION], made[MAKER] = orientation, SECRET.decode()
    made.get_ifd(GPS)[2] = (TiffImagePlugin.IFDRational(52), 31, 12)
    return made.tobytes()


def picture(kind: str = "JPEG", mode: str = "RGB", size: Any = (40, 20), **saved: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **saved)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_head(width: int, height: int) -> bytes:
    """A picture of any size in a few bytes: its points are all there, and all the same."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(100_000))
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def pdf(pages: int = 1) -> Pdf:
    made = Pdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(200, 100))
    return made


def saved(made: Pdf, **how: Any) -> bytes:
    out = BytesIO()
    made.save(out, **how)
    return out.getvalue()


def with_picture(raw: bytes, **keys: Any) -> Pdf:
    made = pdf()
    image = made.make_stream(
        raw, Type=Name.XObject, Subtype=Name.Image, Width=40, Height=20, **keys
    )
    image.ColorSpace, image.BitsPerComponent = Name.DeviceRGB, 8
    made.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Im0=image))
    made.pages[0].obj.Contents = made.make_stream(b"40 0 0 20 0 0 cm /Im0 Do")
    return made


def with_attachment(held: bytes) -> Pdf:
    made = pdf()
    stream = made.make_stream(held, Type=Name.EmbeddedFile)
    file = Dictionary(Type=Name.Filespec, F=String("letter.txt"), EF=Dictionary(F=stream))
    names = Array([String("letter.txt"), made.make_indirect(file)])
    made.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=names))
    return made


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(SECRET.decode()))


def note(made: Pdf, subtype: Name, **keys: Any) -> Any:
    rect = Array([10, 10, 60, 30])
    return made.make_indirect(Dictionary(Type=Name.Annot, Subtype=subtype, Rect=rect, **keys))


def structured(stream: bytes, coding: str) -> bytes:
    """A PDF whose catalogue stands in an object stream of this content."""
    head = f"/Type /ObjStm /N 1 /First 4 /Filter {coding} /Length {len(stream)}"
    bodies = {
        3: f"<< {head} >>\nstream\n".encode() + stream + b"\nendstream",
        2: b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>",
        5: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    }
    out, places = b"%PDF-1.7\n", {}
    for number, body in bodies.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    rows = [(0, 0, 65535), (2, 3, 0), *((1, places[n], 0) for n in (2, 3)), (1, start, 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in [*rows, (1, places[5], 0)])
    about = b"<< /Type /XRef /Size 6 /W [1 4 2] /Root 1 0 R /Length %d >>" % len(table)
    out += b"4 0 obj\n" + about + b"\nstream\n" + table + b"\nendstream\nendobj\n"
    return out + b"startxref\n%d\n%%%%EOF\n" % start


CATALOGUE = b"1 0 << /Type /Catalog /Pages 2 0 R >> "


def lzw(text: bytes, rounds: int) -> bytes:
    """LZW of a text and blanks without end: each round of 5.7 kB grows to 7 MB."""
    start = [code for letter in text for code in ((256, 9), (letter, 9))]
    growing = [
        (256, 9),
        (32, 9),
        *((code, min(12, (code + 1).bit_length())) for code in range(258, 4090)),
    ]
    bits = "".join(_bits(start)) + "".join(_bits([*growing, (256, 12)])) * rounds + f"{257:09b}"
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _bits(codes: Iterable[tuple[int, int]]) -> Iterable[str]:
    return (format(code, f"0{width}b") for code, width in codes)
