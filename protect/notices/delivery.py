"""Delivers one mail to the mail server, or, in the demo, prints that it would."""

import smtplib
import ssl
import sys
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, mailers

from protect.notices import errors, letters, models
from protect.notices.enums import Failure

MAILER = "default"  # of settings.MAILERS
# The first that fits: most of these are kinds of OSError.
FAILURES = [
    (smtplib.SMTPServerDisconnected, Failure.DISCONNECTED),
    (smtplib.SMTPException, Failure.OTHER),
    (ssl.SSLError, Failure.TLS),
    (TimeoutError, Failure.TIMEOUT),
    (OSError, Failure.UNREACHABLE),
    (errors.TemplateGone, Failure.TEMPLATE),
    (ValueError, Failure.ADDRESS),  # from the mail library, which cannot write it down
]
REASONS = (OSError, ValueError, errors.TemplateGone)


def must_be_configured() -> None:
    """Refuse before a row is leased. Errors: mail_not_set; DataError for wrong words."""
    letters.words()
    if not (_has_server() or settings.IS_DEMO):
        raise errors.NoticeRefusal("mail_not_set")


def send(row: models.Outgoing) -> None:
    """Send a mail now. Errors: one of REASONS, which `failure_code` puts into a code."""
    content = letters.letter(row.template, row.language, row.link)
    if _has_server():
        with mailers[MAILER] as server:  # closed even when it opens only half, as for want of TLS
            server.send_messages([message(row, content)])
    else:
        link = row.link or "no link"
        sys.stdout.write(f"would send {row.template} in {content.language}: {link}\n")


def message(row: models.Outgoing, content: letters.Letter) -> EmailMessage:
    """Return a mail as plain text: nothing in it is fetched, so nothing tells that it was read."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMessage(
        subject=content.subject,
        body=content.body,
        to=[row.to],
        headers={
            # The same on each try: servers and programs know the second copy for what it is.
            "Message-ID": f"<{row.pk}@{domain}>",
            "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office answer
            "X-Auto-Response-Suppress": "All",  # the same for Exchange
            "Content-Language": content.language,
        },
    )


def failure_code(error: OSError | ValueError | errors.TemplateGone) -> str:
    """Return a failure as a code, never its text: servers repeat the address in it."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return f"smtp_{next(iter(error.recipients.values()))[0]}"
        case smtplib.SMTPResponseException():
            return f"smtp_{error.smtp_code}"
        case smtplib.SMTPServerDisconnected() if isinstance(error.__context__, TimeoutError):
            return Failure.TIMEOUT  # smtplib turns a silence into a lost connection
    return next(failure for kind, failure in FAILURES if isinstance(error, kind))


def _has_server() -> bool:
    return MAILER in mailers
