"""Texts printed on the papers of trainings. Most are labels without grammar, so that a
layout can put them in any order."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.trainings.base.enums import Phase

# Translators: banner on papers of a demonstration: certificates, lists to sign.
DEMONSTRATION = _("Demonstration: everything here is invented. This paper proves nothing.")

# Translators: on paper; {number} and {total} count pages.
PAGE_NUMBER = _("Page {number} of {total}")
# Translators: on a list to sign; {number} and {total} count the half days of a training.
HALF_DAY_NUMBER = _("Half day {number} of {total}")
# Translators: printed small under a list to sign; the organiser may replace it.
PRIVACY_NOTICE = _(
    "Why this list: it proves to the donor that the training took place. Name, organisation and "
    "signature are kept as long as the grant demands and are not given to others. To see or "
    "correct yours, ask the organiser."
)

ATTENDANCE: Mapping[str, Promise] = {
    # Translators: title of a paper that people sign in the room.
    "title": _("Attendance list"),
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
    # Translators: head of a column, and label of a line to sign on.
    "signature": _("Signature"),
    # Translators: in an empty frame where the office may put the picture that its donor wants.
    "emblem": _("Emblem of the donor"),
    # Translators: where a trainer signs; names follow.
    "confirmed": _("Confirmed by the trainer"),
}
CERTIFICATE: Mapping[str, Promise] = {
    # Translators: title of a paper that a participant gets after a training.
    "title": _("Certificate of participation"),
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
ENDED: Mapping[str, Promise] = {
    # Translators, of each below: the result of checking a certificate.
    "revoked": _("Revoked"),  # the issuer took it back
    "replaced": _("Replaced by another certificate"),  # the issuer made another one instead
}
CARDS: Mapping[str, Promise] = {
    # Translators: title of a sheet of small cards to cut out, each with a code.
    "title": _("Cards for the questions before and after"),
    # Translators: over a code on a small card.
    "code": _("Your code"),
    # Translators: on a small card with a code.
    "keep": _("Keep this card. Type its code with the first and with the last questions."),
    # Translators: on a small card with a code: the cards were drawn like lots.
    "nobody": _("We do not record who has which card. If you lose yours, take another one."),
}
CODE_SHEET: Mapping[str, Promise] = {
    # Translators: title of a paper on the wall of a room: a short test, without names.
    "title": _("A few questions, without your name"),
    "before": Phase.PRE.label,
    "after": Phase.POST.label,
    # Translators: first of three steps.
    "open": _("Scan this square, or type the address under it."),
    # Translators: second of three steps.
    "type": _("Type the code of the card that you have drawn. Keep the card."),
    # Translators: third of three steps.
    "wait": _("Answer what you can. You may leave out any question."),
    # Translators: last line, for people without a phone.
    "paper": _("No phone? Ask for the questions on paper."),
    # Translators: what a QR code opens, for people who hear the paper read.
    "alt": _("Square code with the address"),
}
SLIPS: Mapping[str, Promise] = {
    # Translators: title of a sheet of slips to cut out; each opens a questionnaire once.
    "title": _("Slips for the questions at the end"),
    # Translators: on a small slip with a square code.
    "open": _("How was the course? Scan this square, or type the address."),
    # Translators: on a small slip with a square code. It is not noted who has which slip.
    "once": _("It works once. We do not record who has which slip."),
    "alt": CODE_SHEET["alt"],
}
