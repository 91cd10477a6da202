"""PDFs, written anew: pages as they look on a screen, and nothing that acts, points or tells.
A new document is made, and only what pages are drawn from is copied into it. What is not named here
(scripts, actions, links, attachments, forms, media, bookmarks, metadata, earlier versions) is
therefore absent without being looked for. Notes and filled-in fields become part of their page."""

from collections.abc import Iterator
from io import BytesIO

from pikepdf import (
    Array,
    Dictionary,
    Name,
    Object,
    ObjectStreamMode,
    PasswordError,
    Pdf,
    PdfError,
    Stream,
    StreamDecodeLevel,
)

from protect.uploads.documents import pdf_pictures, pdf_streams
from protect.uploads.refusal_reasons import Reason, Unfit

MOST_PAGES = 500
BARE = {"/DCTDecode": pdf_pictures.bare_jpeg, "/JPXDecode": pdf_pictures.bare_jpeg2000}


# --- the names that come through, and those that never do (ISO 32000-2) ---


def _names(words: str) -> frozenset[str]:
    return frozenset(f"/{word}" for word in words.split())


OF_PAGES = _names("Type Parent MediaBox CropBox Rotate UserUnit Resources Contents Group")
OF_LAYERS = _names("BaseState ON OFF")  # of the document: which layers it hides
LAYERS, OF_LAYER = _names("OCG OCMD"), _names("Type Name Intent OCGs P VE")  # each of them

# What a stream may say of itself. All else leads out of the document, tells of its making, or
# hides the stream from scanners.
OF_STREAMS = _names(
    "Type Subtype Length Filter DecodeParms "
    # pictures
    "Width Height ColorSpace BitsPerComponent Intent ImageMask Mask Decode Interpolate "
    "SMask SMaskInData Matte Name OC "
    # forms, patterns, shadings
    "FormType BBox Matrix Resources Group PatternType PaintType TilingType XStep YStep "
    "ShadingType Background AntiAlias BitsPerCoordinate BitsPerFlag VerticesPerRow Function "
    # functions and halftones
    "FunctionType Domain Range Size BitsPerSample Order Encode "
    "HalftoneType HalftoneName Xsquare Ysquare Width2 Height2 TransferFunction "
    # fonts, their codings, colour profiles
    "Length1 Length2 Length3 CMapName CIDSystemInfo WMode UseCMap N Alternate"
)

# Dictionaries that act, name files or describe the author, wherever they hang: by /S and by /Type.
ACTING = _names(
    "JavaScript Launch URI GoTo GoToR GoToE GoToDp Thread SubmitForm ResetForm ImportData Named "
    "Hide SetOCGState Rendition Movie Sound Trans GoTo3DView RichMediaExecute"
)
TELLING = _names("Action Filespec F EmbeddedFile Metadata Annot Sig")
OF_FILES = _names("F UF DOS Mac Unix")
# Streams that are programs or descriptions, by /Subtype.
STRANGE = _names("PS XML")


# --- the document ---


def rewrite(content: bytes) -> bytes:
    """Return the pages of a PDF in a new PDF. The same bytes come out whenever the same go in.
    Signatures stay as pictures, no longer as proofs. Damaged files are refused rather than mended:
    mending loses pages silently. Errors: Unfit."""
    try:
        with Pdf.open(BytesIO(content), attempt_recovery=False) as old, Pdf.new() as new:
            _must_fit(old)
            _flatten(old)
            _copy_pages(old, new)
            _copy_layers(old, new)
            for thing in new.objects:
                _strip(thing)
            pdf_streams.must_be_bounded(thing for thing in new.objects if isinstance(thing, Stream))
            return _saved(new)
    except PasswordError:
        raise Unfit(Reason.ENCRYPTED) from None
    except (PdfError, ValueError, TypeError, LookupError, AttributeError, RuntimeError):
        raise Unfit(Reason.UNREADABLE) from None


def _saved(new: Pdf) -> bytes:
    out = BytesIO()
    new.save(
        out,
        deterministic_id=True,
        object_stream_mode=ObjectStreamMode.generate,
        stream_decode_level=StreamDecodeLevel.none,
    )
    return out.getvalue()


def _must_fit(old: Pdf) -> None:
    if old.is_encrypted:  # without a password to open it, but with one to change it
        raise Unfit(Reason.ENCRYPTED)
    declared = old.Root.Pages.get("/Count", 0)
    if int(declared) > MOST_PAGES or len(old.pages) > MOST_PAGES:
        raise Unfit(Reason.TOO_MANY_PAGES)
    if not len(old.pages) or "/NeedsRendering" in old.Root:  # pages that only a script would draw
        raise Unfit(Reason.UNREADABLE)


def _flatten(old: Pdf) -> None:
    """Draw notes and filled-in fields on their pages, as a screen shows them."""
    if "/AcroForm" in old.Root:
        old.generate_appearance_streams()
    old.flatten_annotations("screen")


def _copy_pages(old: Pdf, new: Pdf) -> None:
    for page in old.pages:
        for key in set(page.obj.keys()) - OF_PAGES:
            del page.obj[key]
    new.pages.extend(old.pages)


def _copy_layers(old: Pdf, new: Pdf) -> None:
    """Keep which layers are hidden: a page must not show more than it did."""
    layers = old.Root.get("/OCProperties")
    if not isinstance(layers, Dictionary) or not isinstance(layers.get("/D"), Dictionary):
        return
    shown = {key: value for key, value in layers.D.items() if key in OF_LAYERS}
    kept = Dictionary(OCGs=layers.get("/OCGs", Array()), D=Dictionary(shown))
    new.Root.OCProperties = new.copy_foreign(old.make_indirect(kept))


def _strip(thing: Object) -> None:
    for container in _nested(thing):
        if isinstance(container, Array):
            for index in reversed([i for i, value in enumerate(container) if _is_unwanted(value)]):
                del container[index]
            continue
        for key in [key for key, value in container.items() if _is_unwanted(value)]:
            del container[key]
        if isinstance(container, Stream):
            _strip_stream(container)
        elif _word(container, "/Type") in LAYERS:
            for key in set(container.keys()) - OF_LAYER:
                del container[key]
        _strip_properties(container)


def _strip_properties(resources: Object) -> None:
    """Empty what a program notes beside the words of a page; of that, only layers are drawn."""
    table = resources.get("/Properties")
    if isinstance(table, Dictionary) and "/Type" not in table:
        for key, value in list(table.items()):
            if not isinstance(value, Dictionary) or _word(value, "/Type") not in LAYERS:
                table[key] = Dictionary()


def _nested(thing: Object) -> Iterator[Object]:
    """Yield an object and the containers written inside it, without indirect objects."""
    waiting = [thing]
    while waiting:
        container = waiting.pop()
        if not isinstance(container, (Array, Dictionary, Stream)):
            continue
        yield container
        values = [*container] if isinstance(container, Array) else [v for _, v in container.items()]
        waiting += [v for v in values if isinstance(v, Object) and not v.is_indirect]


def _is_unwanted(value: object) -> bool:
    if not isinstance(value, (Dictionary, Stream)):
        return False
    is_strange = isinstance(value, Stream) and _word(value, "/Subtype") in STRANGE
    is_telling = _word(value, "/Type") in TELLING or _names_file(value)
    return is_strange or is_telling or _word(value, "/S") in ACTING


def _word(value: Object, key: str) -> str:
    word = value.get(key)
    return str(word) if isinstance(word, Name) else ""


def _names_file(value: Object) -> bool:
    """Tell a description of a file, even without its type, from a table with a thing named EF."""
    files = value.get("/EF")
    return isinstance(files, Dictionary) and set(files.keys()) <= OF_FILES


def _strip_stream(stream: Stream) -> None:
    for key in set(stream.keys()) - OF_STREAMS:
        del stream[key]
    filters = pdf_streams.filters_of(stream)
    if not filters or not BARE.keys() & set(filters):
        return
    raw = stream.read_raw_bytes()
    for coding in filters[:-1]:
        raw = pdf_pictures.unwrapped(raw, coding)
    if filters[-1] not in BARE:
        raise Unfit(Reason.UNREADABLE)
    parms = stream.get("/DecodeParms")
    last = parms[-1] if isinstance(parms, Array) and len(parms) else parms
    decode_parms = last if isinstance(last, Dictionary) else None
    stream.write(BARE[filters[-1]](raw), filter=Name(filters[-1]), decode_parms=decode_parms)
