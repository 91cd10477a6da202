from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class CertificateUnknown(ProtectError):
    code = "certificates_unknown"
    status = HTTPStatus.NOT_FOUND
    # Translators: a reader types the number of a certificate from paper; it has groups of four.
    message = _(
        "No certificate has this number. Compare it with the paper, group by group. If every group "
        "is the same, do not rely on the paper: ask the organisation that it names."
    )


class StatusListFull(ProtectError):
    code = "certificates_status_list_full"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(  # For translators: the list says which certificates were revoked
        "The list that records revoked certificates is full. Nothing was issued. Begin the "
        "next list."
    )


class CertificateRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # Translators: a coordinator wants to issue certificates of a training.
            "certificates_not_due": _(
                "Certificates are issued after the training has taken place. Nothing "
                "was issued. First mark the training as done on its page."
            ),
            # Translators: a coordinator wants to issue a certificate of a training.
            "certificates_not_earned": _(
                "This person has not met the conditions for a certificate, as far as we know. "
                "Nothing was changed. Check the attendance and the result first."
            ),
            # Translators: a coordinator wants to issue a certificate of a training.
            "certificates_stands": _("This person has a certificate already. Nothing was issued."),
            # Translators: a colleague revoked or replaced the same certificate.
            "certificates_withdrawn": _(
                "This certificate is no longer valid. Nothing was changed. Reload the page."
            ),
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # Translators: {file} is the name of a file, as an operator typed it.
            "certificates_file_missing": _(
                "The file “{file}” cannot be read here. Check its name and its folder."
            ),
            # Translators: a reader wants to check a certificate; {kilobytes} is a number.
            "certificates_file_large": _(
                "This file is larger than a certificate ever is ({kilobytes} kB at most). If it is "
                "a photo or a scan, type the number that is printed on the certificate. Otherwise "
                "choose the file that was given to the participant."
            ),
            # Translators: of a file with a certificate. JSON, PDF and PNG are kinds of files.
            "certificates_unreadable": _(
                "No certificate can be read in this file. Certificates are JSON files, or PDF and "
                "PNG files that hold one. Ask the participant for the file itself, not for a "
                "picture or a print of it."
            ),
            # Translators: of a file with a certificate. PDF, PNG and JSON are kinds of files.
            "certificates_absent": _(
                "This PDF or PNG contains no certificate: it was printed, scanned or "
                "saved again. Type the number that is printed on the certificate, or "
                "ask for the original file or the JSON file."
            ),
            # A photo of a certificate, in a format that never holds the signed data.
            # Translators: a reader wants to check a certificate and sent a photo of it.
            "certificates_is_picture": _(
                "This is a photo or another picture. What is printed in a picture cannot be "
                "checked. Type the number that is printed on the certificate, beside the square "
                "code, or ask the participant for the file as it was issued: JSON, PDF or PNG."
            ),
            # Translators: the list says which certificates were revoked. JSON is a kind of file.
            "certificates_status_list_unreadable": _(
                "This is not a list of revoked certificates in JSON. Download it again "
                "from its address."
            ),
            # Translators: did.json is a file in which an organisation publishes its keys.
            "certificates_issuer_unreadable": _(
                "This is not a list of an issuer's keys. Download “did.json” from the "
                "issuer's address again, over a connection that you trust."
            ),
            # Verifiers would not all read the same content.
            # Translators: {field} is the name of a field of a certificate, such as title.
            "certificates_unfit": _(
                "The certificate cannot be issued: “{field}” is empty, too long, out of range or "
                "contains a character that cannot be printed. Correct it. Nothing was issued."
            ),
        },
        HTTPStatus.TOO_MANY_REQUESTS: {
            # Limits guesses at names, so that no visitor finds the holder by trying many.
            # Translators: a stranger asks whether a name belongs to a certificate.
            "certificates_name_asked_too_often": _(
                "Too many names were tried for this certificate. Try again in an hour."
            )
        },
    }
