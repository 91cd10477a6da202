from django import template
from django.utils.translation import gettext as _

from protect.directory.facts.sentences import language_name
from protect.trainings.base.labels import age_band_name

register = template.Library()

register.filter("band", age_band_name)
register.filter("language", language_name)


@register.filter
def yes_no_unknown(value: bool | None) -> str:  # noqa: FBT001 - a filter has one value
    if value is None:
        return _("Not known yet")
    return _("Yes") if value else _("No")
