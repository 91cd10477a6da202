"""Limits for qpdf, which reads the structure of hostile PDFs; the process limits the rest."""

from pikepdf import settings

from protect.uploads.refusal_reasons import MEBIBYTE

MAX_INFLATED_BYTES = 64 * MEBIBYTE  # of one stream that qpdf reads to find the structure
MAX_FILTERS = 4  # of one stream


def set_limits(*, most: int = MAX_INFLATED_BYTES) -> None:
    """Limit qpdf in this process: MAX_FILTERS of a stream, `most` bytes for each except LZW."""
    settings.set_qpdf_limits(
        flate_max_memory=most,
        png_max_memory=most,
        run_length_max_memory=most,
        tiff_max_memory=most,
        max_stream_filters=MAX_FILTERS,
        doc_max_warnings=100,
    )
