"""Which names of a PDF come through, and which never do. Source: ISO 32000-2."""

from __future__ import annotations


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
