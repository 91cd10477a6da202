"""Texts printed on the papers of trainings, mostly labels that a layout can put in any order."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.trainings.base.enums import Phase

# Translators: banner on papers of a demonstration: certificates, lists to sign.
DEMONSTRATION = _("Demonstration: everything here is invented. This paper proves nothing.")

PAGE_NUMBER = _("Page {number} of {total}")  # For translators: on paper; {number}, {total}: pages
SESSION_NUMBER = _("Session {number} of {total}")  # For translators: on a list; of a training
# Translators: printed small under a list to sign; the organiser may replace it.
PRIVACY_NOTICE = _(
    "Why this list: it proves to the donor that the training took place. Name, organisation and "
    "signature are kept as long as the grant demands and are not given to others. To see or "
    "correct yours, ask the organiser."
)

ATTENDANCE: Mapping[str, Promise] = {
    "title": _("Attendance list"),  # For translators: title of a paper that people sign in the room
    # Translators, of each below: label.
    "grant": _("Grant"),  # the number of the grant that pays for a training
    "event": _("Training"),  # which training
    "place": _("Venue"),  # where a training is
    "date": _("Date and time"),  # when
    "trainers": _("Trainers"),  # who teaches
    # Translators, of each below: head of a column.
    "number": _("No."),  # number of the line
    "name": _("Name"),
    "organisation": _("Organisation"),
    "signature": _("Signature"),  # For translators: head of a column, and label of a line to sign
    "emblem": _("Emblem of the donor"),  # For translators: in an empty frame, where it can be put
    "confirmed": _("Confirmed by the trainer"),  # For translators: a trainer signs; names follow
}
CERTIFICATE: Mapping[str, Promise] = {
    "title": _("Certificate of participation"),  # For translators: title of a participant's paper
    "course": _("Course"),  # which training
    "length": _("Attended"),  # how many hours a participant attended
    "completed": _("Completed on"),  # the last day of a training
    "place": ATTENDANCE["place"],
    "trainers": ATTENDANCE["trainers"],
    "issuer": _("Issued by"),  # which organisation gives a certificate
    "issued": _("Issued on"),  # on which day a certificate was given
    "grant": ATTENDANCE["grant"],
    "number": _("Certificate number"),  # number of a certificate
    # Translators: beside a QR code and an address: there a stranger sees whether it is valid.
    "check": _("To see if it is valid, scan the code or type this address"),
    # Translators, of each below: under a line to sign on.
    "sign_issuer": _("For the organisation"),
    "sign_trainer": _("Trainer"),
}
ENDED: Mapping[str, Promise] = {  # printed on an invalid certificate, by its state
    # Translators, of each below: the result of checking a certificate.
    "revoked": _("Revoked"),  # the issuer took it back
    "replaced": _("Replaced by another certificate"),  # the issuer made another one instead
}
CARDS: Mapping[str, Promise] = {
    "title": _("Cards for the questions before and after"),  # For translators: title; cards to cut
    "code": _("Your code"),  # For translators: over a code on a small card
    # Translators: on a small card with a code.
    "keep": _("Keep this card. Type its code with the first and with the last questions."),
    # Translators: on a small card with a code: the cards were drawn like lots.
    "nobody": _("We do not record who has which card. If you lose yours, take another one."),
}
CODE_SHEET: Mapping[str, Promise] = {
    "title": _("A few questions, without your name"),  # For translators: title of a test on a wall
    "before": Phase.PRE.label,
    "after": Phase.POST.label,
    "open": _("Scan this square, or type the address under it."),  # For translators: step 1 of 3
    # Translators: second of three steps.
    "type": _("Type the code of the card that you have drawn. Keep the card."),
    # Translators: third of three steps.
    "wait": _("Answer what you can. You may leave out any question."),
    "paper": _("No phone? Ask for the questions on paper."),  # For translators: the last line
    "alt": _("Square code with the address"),  # For translators: a QR code, read aloud to people
}
SLIPS: Mapping[str, Promise] = {
    "title": _("Slips for the questions at the end"),  # For translators: title; slips to cut out
    # Translators: on a small slip with a square code.
    "open": _("How was the course? Scan this square, or type the address."),
    # Translators: on a small slip with a square code. It is not noted who has which slip.
    "once": _("It works once. We do not record who has which slip."),
    "alt": CODE_SHEET["alt"],
}
