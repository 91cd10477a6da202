"""The few words that a calendar brings itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# Translators: title of a session in somebody's calendar; {title} is its own title.
CANCELLED = _("Cancelled: {title}")
# Translators: the place of a session in somebody's calendar: it has none, one joins by a link.
ONLINE = _("Online")
