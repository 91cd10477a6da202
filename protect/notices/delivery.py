"""Deliver one mail to the mail server; a demo without a mail server prints its link instead."""

import smtplib
import ssl
import sys
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, mailers

from protect.notices import enums, errors, letters, models

MAILER = "default"  # of settings.MAILERS
# The first matching row counts, because most of these errors are subclasses of OSError.
FAILURE_BY_ERROR = [
    (smtplib.SMTPServerDisconnected, enums.Failure.DISCONNECTED),
    (smtplib.SMTPException, enums.Failure.OTHER),
    (ssl.SSLError, enums.Failure.TLS),
    (TimeoutError, enums.Failure.TIMEOUT),
    (OSError, enums.Failure.UNREACHABLE),
    (errors.TemplateGone, enums.Failure.TEMPLATE),
    (ValueError, enums.Failure.ADDRESS),  # the mail library cannot encode the address
]
DELIVERY_ERRORS = (OSError, ValueError, errors.TemplateGone)


def must_be_configured() -> None:
    """Refuse wrong texts and, outside a demo, no server. Errors: mail_not_set; DataError."""
    letters.letter_texts()
    if not (_has_mail_server() or settings.IS_DEMO):
        raise errors.NoticeRefusal("mail_not_set")


def send_mail(row: models.Outgoing) -> None:
    """Send a mail now, or print its link. Errors: one of DELIVERY_ERRORS, see `failure_code`."""
    content = letters.compose_letter(row.template, row.language, row.link)
    if _has_mail_server():
        with mailers[MAILER] as server:  # closed even if opening fails halfway
            server.send_messages([build_message(row, content)])
    else:
        link = row.link or "no link"
        sys.stdout.write(f"would send {row.template} in {content.language}: {link}\n")


def build_message(row: models.Outgoing, content: letters.Letter) -> EmailMessage:
    """Return a mail as plain text, which loads nothing, so that reading it cannot be tracked."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMessage(
        subject=content.subject,
        body=content.body,
        to=[row.to],
        headers={
            # The same on each try, so that servers and mail programs recognise a second copy.
            "Message-ID": f"<{row.pk}@{domain}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office answer
            "X-Auto-Response-Suppress": "All",  # the same for Exchange
            "Content-Language": content.language,
        },
    )


def failure_code(error: OSError | ValueError | errors.TemplateGone) -> str:
    """Return the code of a delivery error, never its text: servers repeat the address in it."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return f"smtp_{next(iter(error.recipients.values()))[0]}"
        case smtplib.SMTPResponseException():
            return f"smtp_{error.smtp_code}"
        case smtplib.SMTPServerDisconnected() if isinstance(error.__context__, TimeoutError):
            return enums.Failure.TIMEOUT  # smtplib reports a timeout as a lost connection
    return next(failure for kind, failure in FAILURE_BY_ERROR if isinstance(error, kind))


def _has_mail_server() -> bool:
    return MAILER in mailers
