from datetime import UTC, datetime, timedelta

import pytest
from django import forms

from protect.kernel import clock
from protect.ui.icons import ICON_PATHS
from protect.ui.pagination import Paginator
from protect.ui.templatetags.ui import MESSAGE_KINDS, STATE_ICONS

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


class InvitationForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput)
    email = forms.EmailField(label="E-mail", help_text="At work.")
    role = forms.ChoiceField(
        label="Role", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Note", required=False)
    sure = forms.BooleanField(label="I am sure")

    def clean(self):
        raise forms.ValidationError("Ask a colleague.")


@pytest.mark.parametrize("kind", STATE_ICONS)
def test_state_chip_has_a_word_and_an_icon(draw, kind):
    html = draw("{% state kind 'Active' %}", kind=kind)

    assert f"state--{kind}" in html
    assert ICON_PATHS[STATE_ICONS[kind]] in html
    assert "Active" in html


@pytest.mark.parametrize(
    ("tag", "kind"), [*MESSAGE_KINDS.items(), ("unheard", "info"), ("alarm", "alarm")]
)
def test_notice_accepts_message_levels(draw, tag, kind):
    html = draw("{% notice tag %}<p>{{ text }}</p>{% endnotice %}", tag=tag, text="<b>")

    assert f"notice--{kind}" in html
    assert "<p>&lt;b&gt;</p>" in html


def test_field_shows_hint_and_error_before_the_input(draw):
    html = draw("{% field form.email %}", form=InvitationForm({"email": "no"}))

    order = [html.index(each) for each in ("<label", "_helptext", "_error", "<input")]
    assert order == sorted(order)
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'aria-invalid="true"' in html


def test_choices_that_belong_together_are_a_fieldset(draw):
    html = draw("{% field form.role %}", form=InvitationForm({}))

    assert "<fieldset" in html
    assert 'aria-describedby="id_role_error"' in html
    assert "<legend>Role</legend>" in html


def test_a_tick_stands_before_its_label(draw):
    html = draw("{% field form.sure %}", form=InvitationForm())

    assert html.index("<input") < html.index("<label")


def test_only_optional_fields_are_marked(draw):
    html = draw("{% fields form %}", form=InvitationForm())

    assert html.count("optional") == 1
    assert 'type="hidden"' in html


def test_errors_link_to_their_fields(draw):
    html = draw("{% errors form %}", form=InvitationForm({"token": "t", "email": "no"}))

    for place in ("#id_email", "#id_role_0", "#id_sure"):
        assert f'href="{place}"' in html
    assert "Ask a colleague." in html
    assert "__all__" not in html


def test_panel_counts_tasks_and_gives_each_a_verb(draw):
    rows = [
        {"text": "K7", "url": "/k7", "verb": "Answer", "due": NOW, "group": "overdue"},
        {"text": "M2", "url": "/m2", "verb": "Ask"},
    ]

    html = draw("{% panel 'Work' rows count=9 more='/all' %}", rows=rows)

    assert html.count("row__verb") == 2
    assert "Overdue" in html
    assert ">9<" in html
    assert 'href="/all"' in html


@pytest.mark.parametrize(
    ("due", "word", "not_shown"),
    [
        (NOW, "Today", "Next"),
        (NOW.date(), "Today", "Next"),
        (None, "Today", "Next"),
        (NOW.date() + timedelta(days=35), "Next", "Today"),
        (NOW + timedelta(hours=30), "Next", "Today"),
        (NOW - timedelta(days=3), "Next", "Today"),
    ],
)
def test_a_task_is_called_today_only_on_its_day(draw, due, word, not_shown):
    row = {"text": "K7", "url": "/k7", "verb": "Answer", "due": due, "group": "today"}

    with clock.frozen(NOW):
        html = draw("{% panel 'Work' rows %}", rows=[row])

    assert word in html
    assert not_shown not in html


def test_a_panel_where_nothing_waits_says_so(draw):
    assert "Nothing to do here." in draw("{% panel 'Work' rows %}", rows=[])


def test_a_history_needs_no_more_than_when_and_what(draw):
    html = draw("{% timeline entries %}", entries=[{"at": NOW, "text": "Admitted"}])

    assert "Admitted" in html
    assert 'datetime="2026-07-01T12:00:00+00:00"' in html


def test_a_moment_is_exact_in_its_title_and_on_paper(draw):
    with clock.frozen(NOW):
        html = draw("{{ at|when }}", at=NOW - timedelta(hours=2))

    assert "<span>2 hours ago</span>" in html
    assert html.count("1 Jul 2026") == 2
    assert "data-when" in html


def test_missing_moment_is_empty(draw):
    assert draw("{{ at|when }}{{ at|exact }}", at=None) == ""


@pytest.mark.parametrize(
    ("query", "order", "link"),
    [
        ("?team=1", "none", "?team=1&amp;sort=name"),
        ("?team=1&sort=name&page=3", "ascending", "?team=1&amp;sort=-name"),
        ("?sort=-name", "descending", "?sort=name"),
    ],
)
def test_a_column_sorts_keeps_the_filters_and_begins_at_the_first_page(draw, query, order, link):
    html = draw("{% sort 'name' 'Name' %}", query)

    assert f'aria-sort="{order}"' in html
    assert f'href="{link}"' in html


def test_pages_say_which_rows_and_keep_the_filters(draw):
    html = draw("{% pages page %}", "?team=1&page=2", page=Paginator(range(30), 12).page(2))

    assert "13 to 24 of 30" in " ".join(html.split())
    assert 'href="?team=1&amp;page=1"' in html
    assert 'href="?team=1&amp;page=3"' in html


def test_a_step_that_is_done_is_said_to_be(draw):
    html = draw("{% steps labels 2 %}", labels=["Team", "Person", "Send"])

    assert html.count("Done:") == 1
    assert html.count('aria-current="step"') == 1


@pytest.mark.parametrize(
    ("code", "groups"),
    [
        ("ABCDEFGHIJ", ["ABCD", "EFGH", "IJ"]),
        ("AB-CD-EF", ["AB", "CD", "EF"]),
        ("river copper stone", ["river", "copper", "stone"]),
    ],
)
def test_a_code_is_shown_in_groups_that_can_be_read_aloud(draw, code, groups):
    html = draw("{% codes values 'Codes' %}", values=[code])

    assert "".join(f"<span>{each}</span>" for each in groups) in html.replace(
        "</span> <", "</span><"
    )
    assert 'dir="ltr"' in html


def test_a_post_button_carries_the_token(draw):
    html = draw("{% post_button 'End it' '/end' 'danger' %}")

    assert 'value="token"' in html
    assert "button--danger" in html


def test_crumbs_lead_up(draw):
    html = draw("{% crumbs 'Organisation' '/o' 'Team' '/o/t' %}")

    assert html.index('href="/o"') < html.index('href="/o/t"')


def test_unknown_icon_raises_an_error(draw):
    with pytest.raises(KeyError):
        draw("{% icon 'unicorn' %}")
