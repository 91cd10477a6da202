"""The sentences of the papers. Short: a card is the size of a bank card.

Some stand on the public pages too, in the same words, and are translated once. At most 16.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Translators: on paper, above everything else; the paper comes from a demonstration of the site.
DEMONSTRATION = _("Demonstration")
# Translators: banner of the demonstration; keep it short and clear.
DO_NOT_RELY = _("Demonstration: nobody has checked these numbers.")
# Translators: banner; a reviewer who speaks the language has not read this text.
DRAFT = _("Draft text, not reviewed.")
# Translators: on paper, when there is no text in the reader's language; both are languages.
OTHER_LANGUAGE = _("Not yet on paper in {language}. Here in {other}.")

# Translators: beside the emergency number.
DANGER = _("In danger now? Call.")
# Translators: about the emergency number. "Papers" are residence papers.
DANGER_NOTE = _("They may not speak your language. Police may come and ask for papers.")

# Translators: heading over telephone lines that serve a whole country.
WHOLE_COUNTRY = _("Lines for the whole country")
# Translators: label of a fact: when somebody answers the telephone.
CALL_HOURS = _("Telephone hours")
# Translators: label of a fact: opening hours for people who come.
VISIT_HOURS = _("Opening hours")
# Translators: label of a fact: which languages are spoken.
LANGUAGES = _("Languages")
# Translators: in the place of a telephone number: there is none that somebody has checked.
NO_NUMBER = _("No checked number")

# Translators: beside a QR code, on paper; the code opens a page with more and newer information.
SCAN = _("Scan with a phone for more, and for changes")
# Translators: on paper; {date} is the day on which it was made, for example "24 November 2026".
AS_OF = _("As of {date}")
# Translators: on paper; {date} is the day on which somebody has to check its numbers again.
VALID_UNTIL = _("Valid until {date}")
# Translators: last line of a printed list of services.
CALL_FIRST = _("Numbers and hours change. Call before you go.")
