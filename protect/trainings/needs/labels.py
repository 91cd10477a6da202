from functools import cache

from django.utils.translation import gettext_lazy as _

from protect.kernel import tables
from protect.trainings.base.labels import StateLabel, make_state_labeller
from protect.trainings.needs import enums, models

_label_of = make_state_labeller(
    {
        enums.NeedState.OPEN: "open",
        enums.NeedState.BOOKED: "good",
        enums.NeedState.ORDERED: "good",
        enums.NeedState.CANNOT_BE_MET: "caution",
    }
)

# Translators: row of a table that counts needs: people whose need no other row describes fully.
OWN_WORDS = _("Own words or no details: ask the team")


def need_state_label(row: models.Need, *, is_asked_again: bool = False) -> StateLabel:
    """Return the label of a need's state. `is_asked_again`: its booking awaits a new answer."""
    if is_asked_again or row.reopened_at is not None:
        # Translators: the state of what a participant needs: it was arranged, a session moved to
        # another time or place.
        return StateLabel(_("To be arranged again after a change of time or place"), "caution")
    return _label_of(row.state)


NEED_LABELS = {  # of the needs that participants choose, by code of needs.toml
    # Translators, of each below: what a participant needs to take part in a training.
    "step_free": _("No steps"),
    "hearing": _("Help with hearing"),
    "large_print": _("Large print"),
    "quiet_room": _("A quiet room for breaks"),
    "companion": _("A place for a person who helps me"),
    # Translators, of each below: what a participant eats.
    "vegetarian": _("Vegetarian"),
    "vegan": _("Vegan"),
    "halal": _("Halal"),
    "kosher": _("Kosher"),
    "no_gluten": _("Without gluten"),
    "no_lactose": _("Without lactose"),
    "no_nuts": _("Without nuts"),
    # Translators, of each below: how old children are for whom a participant needs childcare.
    "under_3": _("Under 3 years"),
    "from_3_to_6": _("3 to 6 years"),
    "over_6": _("Over 6 years"),
    # Translators, of each below: which interpreter a participant prefers.
    "woman": _("A woman"),
    "man": _("A man"),
}


def need_label(code: str) -> str:
    """Return the label of a code of needs.toml; the code itself where an office added it."""
    return str(NEED_LABELS.get(code, code))


class NeedRecord(tables.Record):  # of needs.toml, by the code of a need
    kind: enums.NeedKind


@cache
def need_codes(kind: enums.NeedKind) -> list[str]:
    """Return the codes of the needs of one kind that participants can choose. Errors: DataError."""
    records = tables.load("trainings", "needs", NeedRecord)
    return [code for code, record in records.items() if record.kind is kind]
