"""What qpdf may spend on the structure of a hostile PDF; the process bounds the rest."""

from pikepdf import settings

from protect.uploads.refusal_reasons import MEBIBYTE

MOST_INFLATED = 64 * MEBIBYTE  # bytes of one stream that qpdf has to read to find its way
MOST_FILTERS = 4


def bound(*, most: int = MOST_INFLATED) -> None:
    """Limit what qpdf unpacks, in this whole process. It knows no limit for LZW."""
    settings.set_qpdf_limits(
        flate_max_memory=most,
        png_max_memory=most,
        run_length_max_memory=most,
        tiff_max_memory=most,
        max_stream_filters=MOST_FILTERS,
        doc_max_warnings=100,
    )
