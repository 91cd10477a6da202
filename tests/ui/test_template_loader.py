"""Templates as they are read: fewer bytes, the same words, and spaces between the same words."""

import pytest
from django.template import Context, Template

from protect.ui.template_loader import compact_page


@pytest.mark.parametrize("is_shown", [True, False])
@pytest.mark.parametrize(
    "source",
    [
        "{% if is_shown %}one{% endif %}\ntwo\n{# one #}{{ words.0 }}{# two #}\nthree",
        "one\n  {% if is_shown %}\n    two\n  {% endif %}\nthree",
        "one\n{% if is_shown %}{# a note #}\ntwo{% else %}\n  four{% endif %}\nthree",
        "one\n{% for word in words %}\n  <i>{{ word }}</i>\n{% empty %}\n  none\n{% endfor %}\ntwo",
        "{% comment %}\n  Not shown.\n{% endcomment %}\n{% load i18n %}\n{{ words.0 }}",
        "one {% if is_shown %}\ntwo{% endif %} three\n{{ words.0 }}\n{% now 'Y' %}\nfour",
    ],
)
def test_a_compact_page_has_the_same_words_and_spaces(source, is_shown):
    context = {"is_shown": is_shown, "words": ["a", "b"] if is_shown else ["c", "d"]}
    written, compact = (
        Template(each).render(Context(context)) for each in (source, compact_page(source))
    )

    assert compact.split() == written.split()
    assert len(compact) <= len(written)
