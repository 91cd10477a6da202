"""Rewrite PDFs: keep the look of their pages; drop scripts, links and identifying data. A new
document is made, and only the objects that draw its pages are copied. All else (scripts, actions,
links, attachments, forms, media, bookmarks, metadata, earlier versions) is absent without being
searched for. Annotations and filled-in fields become part of their page."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, PasswordError, Pdf, PdfError, Stream

from protect.uploads.documents import pdf_pictures, pdf_streams
from protect.uploads.refusal_reasons import Reason, Unfit

MAX_PAGES = 500
STRIPPERS = {"/DCTDecode": pdf_pictures.strip_jpeg, "/JPXDecode": pdf_pictures.strip_jpeg2000}


# --- names that are kept, and names that are dropped (ISO 32000-2) ---


def _pdf_names(words: str) -> frozenset[str]:
    """Return the PDF names of the words between spaces: "A B" becomes /A and /B."""
    return frozenset(f"/{word}" for word in words.split())


PAGE_KEYS = _pdf_names("Type Parent MediaBox CropBox Rotate UserUnit Resources Contents Group")
LAYER_STATE_KEYS = _pdf_names("BaseState ON OFF")  # which layers of the document are hidden
LAYER_TYPES, LAYER_KEYS = _pdf_names("OCG OCMD"), _pdf_names("Type Name Intent OCGs P VE")

# Only these keys of a stream are kept. Others refer to data outside the document, reveal how it was
# made, or hide the stream from scanners.
STREAM_KEYS = _pdf_names(
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

# Dictionaries that are deleted everywhere: ACTION_TYPES by /S, REVEALING_TYPES by /Type.
ACTION_TYPES = _pdf_names(
    "JavaScript Launch URI GoTo GoToR GoToE GoToDp Thread SubmitForm ResetForm ImportData Named "
    "Hide SetOCGState Rendition Movie Sound Trans GoTo3DView RichMediaExecute"
)
REVEALING_TYPES = _pdf_names("Action Filespec F EmbeddedFile Metadata Annot Sig")
FILE_KEYS = _pdf_names("F UF DOS Mac Unix")  # a dictionary is deleted if its /EF has only these
# Streams that hold programs or metadata, by /Subtype.
FORBIDDEN_SUBTYPES = _pdf_names("PS XML")


# --- the document ---


def rewrite(content: bytes) -> bytes:
    """Return the pages of a PDF in a new PDF. The same input always gives the same output.
    Signatures stay as pictures, but prove nothing any more. Damaged files are refused
    rather than repaired, because a repair loses pages silently. Errors: Unfit."""
    try:
        with Pdf.open(BytesIO(content), attempt_recovery=False) as old, Pdf.new() as new:
            _must_be_rewritable(old)
            _flatten(old)
            _copy_pages(old, new)
            _copy_layers(old, new)
            for pdf_object in new.objects:
                _strip_object(pdf_object)
            streams = (stream for stream in new.objects if isinstance(stream, Stream))
            pdf_streams.must_be_bounded(streams)
            return _pdf_bytes(new)
    except PasswordError:
        raise Unfit(Reason.ENCRYPTED) from None
    except (PdfError, ValueError, TypeError, LookupError, AttributeError, RuntimeError):
        raise Unfit(Reason.UNREADABLE) from None


def _pdf_bytes(new: Pdf) -> bytes:
    out = BytesIO()
    new.save(
        out,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return out.getvalue()


def _must_be_rewritable(old: Pdf) -> None:
    """Refuse locked PDFs, too many pages, none, and pages that only a script draws."""
    if old.is_encrypted:  # opens without a password, but is locked against changes
        raise Unfit(Reason.ENCRYPTED)
    if int(old.Root.Pages.get("/Count", 0)) > MAX_PAGES or len(old.pages) > MAX_PAGES:
        raise Unfit(Reason.TOO_MANY_PAGES)
    if not len(old.pages) or "/NeedsRendering" in old.Root:  # only a script draws them
        raise Unfit(Reason.UNREADABLE)


def _flatten(old: Pdf) -> None:
    """Draw annotations and filled-in fields onto their pages, as a screen shows them."""
    if "/AcroForm" in old.Root:
        old.generate_appearance_streams()
    old.flatten_annotations("screen")


def _copy_pages(old: Pdf, new: Pdf) -> None:
    """Append the pages of `old` to `new`; page keys outside PAGE_KEYS are removed."""
    for page in old.pages:
        for key in set(page.obj.keys()) - PAGE_KEYS:
            del page.obj[key]
    new.pages.extend(old.pages)


def _copy_layers(old: Pdf, new: Pdf) -> None:
    """Keep hidden layers hidden: a page must not show more than before."""
    layers = old.Root.get("/OCProperties")
    if not isinstance(layers, Dictionary) or not isinstance(layers.get("/D"), Dictionary):
        return
    layer_states = {key: value for key, value in layers.D.items() if key in LAYER_STATE_KEYS}
    layer_settings = Dictionary(OCGs=layers.get("/OCGs", Array()), D=Dictionary(layer_states))
    new.Root.OCProperties = new.copy_foreign(old.make_indirect(layer_settings))


def _strip_object(pdf_object: Object) -> None:
    """Delete actions, links and identifying data from an object and the objects inside it."""
    for container in _nested_containers(pdf_object):
        if isinstance(container, Array):
            for index in reversed([i for i, value in enumerate(container) if _is_unwanted(value)]):
                del container[index]
            continue
        for key in [key for key, value in container.items() if _is_unwanted(value)]:
            del container[key]
        if isinstance(container, Stream):
            _strip_stream_keys(container)
        elif _name_value(container, "/Type") in LAYER_TYPES:
            for key in set(container.keys()) - LAYER_KEYS:
                del container[key]
        _strip_properties(container)


def _strip_properties(resources: Object) -> None:
    """Empty the properties that a program stored for page content, except layers."""
    table = resources.get("/Properties")
    if isinstance(table, Dictionary) and "/Type" not in table:
        for key, value in list(table.items()):
            if not isinstance(value, Dictionary) or _name_value(value, "/Type") not in LAYER_TYPES:
                table[key] = Dictionary()


def _nested_containers(pdf_object: Object) -> Iterator[Object]:
    """Yield an object and the containers written inside it, without indirect objects."""
    pending = [pdf_object]
    while pending:
        container = pending.pop()
        if not isinstance(container, (Array, Dictionary, Stream)):
            continue
        yield container
        values = [*container] if isinstance(container, Array) else [v for _, v in container.items()]
        pending += [v for v in values if isinstance(v, Object) and not v.is_indirect]


def _is_unwanted(value: object) -> bool:
    """Return whether a value is an action, a file, a program, or reveals something."""
    if not isinstance(value, (Dictionary, Stream)):
        return False
    is_program = isinstance(value, Stream) and _name_value(value, "/Subtype") in FORBIDDEN_SUBTYPES
    is_revealing = _name_value(value, "/Type") in REVEALING_TYPES or _describes_file(value)
    return is_program or is_revealing or _name_value(value, "/S") in ACTION_TYPES


def _name_value(value: Object, key: str) -> str:
    """Return the PDF name that is stored under `key`, with its slash; "" if none is."""
    name = value.get(key)
    return str(name) if isinstance(name, Name) else ""


def _describes_file(value: Object) -> bool:
    """Return whether a dictionary describes a file: its /EF has only keys of FILE_KEYS."""
    files = value.get("/EF")
    return isinstance(files, Dictionary) and set(files.keys()) <= FILE_KEYS


def _strip_stream_keys(stream: Stream) -> None:
    """Delete a stream's keys outside STREAM_KEYS, and the metadata inside a JPEG or JPEG 2000."""
    for key in set(stream.keys()) - STREAM_KEYS:
        del stream[key]
    filters = pdf_streams.filters_of(stream)
    if not filters or not STRIPPERS.keys() & set(filters):
        return
    raw = stream.read_raw_bytes()
    for coding in filters[:-1]:
        raw = pdf_pictures.decode_stream(raw, coding)
    if filters[-1] not in STRIPPERS:
        raise Unfit(Reason.UNREADABLE)
    parms = stream.get("/DecodeParms")
    last = parms[-1] if isinstance(parms, Array) and len(parms) else parms
    decode_parms = last if isinstance(last, Dictionary) else None
    stream.write(STRIPPERS[filters[-1]](raw), filter=Name(filters[-1]), decode_parms=decode_parms)
