"""Refusals of files with a certificate, a list or keys."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class CertificateRefused(ProtectError):
    """A document cannot be made or verified; the code says which."""

    code = "certificates_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class CertificateFileMissing(CertificateRefused):
    code = "certificates_file_missing"
    # Translators: {file} is the name of a file that somebody typed.
    message = _("There is no file “{file}” that can be read here. Look at its name and its folder.")


class CertificateFileLarge(CertificateRefused):
    code = "certificates_file_large"
    # Translators: somebody wants to check a certificate; {kilobytes} is a number.
    message = _(
        "This file is larger than a certificate ever is ({kilobytes} kB at most). If it is a photo "
        "or a scan, type the number that is printed on the certificate. Otherwise choose the file "
        "that was given to the participant."
    )


class CertificateUnreadable(CertificateRefused):
    code = "certificates_unreadable"
    # Translators: somebody wants to check a certificate. JSON, PDF and PNG are kinds of files.
    message = _(
        "No certificate can be read in this file. Certificates are JSON files, or PDF and PNG "
        "files that hold one. Ask the participant for the file itself, not for a picture or a "
        "print of it."
    )


class CertificateAbsent(CertificateRefused):
    code = "certificates_absent"
    # Translators: somebody wants to check a certificate. PDF, PNG and JSON are kinds of files.
    message = _(
        "This PDF or PNG holds no certificate: it was printed, scanned or saved anew. Type the "
        "number that is printed on the certificate, or ask for the file as it was issued, or for "
        "the JSON beside it."
    )


class CertificateIsPicture(CertificateRefused):
    """A photo of a certificate, in a format that never holds the signed data."""

    code = "certificates_is_picture"
    # Translators: somebody wants to check a certificate and sent a photo of it.
    message = _(
        "This is a photo or another picture. What is printed in a picture cannot be checked. Type "
        "the number that is printed on the certificate, beside the square code, or ask the "
        "participant for the file as it was issued: JSON, PDF or PNG."
    )


class CertificateUnknown(CertificateRefused):
    code = "certificates_unknown"
    status = HTTPStatus.NOT_FOUND
    # Translators: somebody types the number of a certificate from paper; it has groups of four.
    message = _(
        "No certificate has this number. Compare it with the paper, group by group. If every group "
        "is the same, do not rely on the paper: ask the organisation that it names."
    )


class StatusListUnreadable(CertificateRefused):
    code = "certificates_status_list_unreadable"
    # Translators: the list says which certificates were revoked. JSON is a kind of file.
    message = _("This is no list of revoked certificates in JSON. Fetch it again from its address.")


class IssuerUnreadable(CertificateRefused):
    code = "certificates_issuer_unreadable"
    # Translators: did.json is a file in which an organisation publishes its keys.
    message = _(
        "This is no list of an issuer's keys. Fetch “did.json” from the issuer's address again, "
        "over a connection that you trust."
    )


class CertificateUnfit(CertificateRefused):
    """The content cannot be written so that all verifiers read the same."""

    code = "certificates_unfit"
    # Translators: {field} is the name of a field of a certificate, such as title.
    message = _(
        "The certificate cannot be made: “{field}” is empty, too long, out of range or holds a "
        "character that cannot be printed. Mend it; nothing was issued."
    )


class StatusListFull(CertificateRefused):
    code = "certificates_status_list_full"
    # Translators: the list says which certificates were revoked.
    message = _("This list of certificates is full. Begin the next one; nothing was issued.")
