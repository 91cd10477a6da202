"""Files of coordination are named for what they are, their group or title, and their day."""

from datetime import date, timedelta

import pytest

from protect.coordination.base.file_names import file_name
from protect.coordination.groups import actions as groups
from protect.ui.pages import file_header
from tests.coordination.cast import (
    AT,
    DOCUMENT,
    make_group,
    make_item,
    make_meeting,
    plant_procedure,
)

DAY = date(2026, 12, 10)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Night group", "minutes-night-group-3-2026-12-10"),
        ("Skupina Đurđevac: žene, šutnja", "minutes-skupina-durdevac-zene-sutnja-3-2026-12-10"),
        ("Ομάδα Αθήνας", "minutes-ομάδα-αθήνας-3-2026-12-10"),
        ("مجموعة العمل", "minutes-مجموعة-العمل-3-2026-12-10"),
        ('…/"', "minutes-3-2026-12-10"),
        ("word " * 40, f"minutes-{'-'.join(['word'] * 12)}-3-2026-12-10"),
    ],
)
def test_a_name_says_kind_title_and_day(settings, title, name):
    settings.IS_DEMO = False

    assert file_name("minutes", title, 3, DAY) == name


def test_a_name_of_a_demo_says_so(settings):
    settings.IS_DEMO = True

    assert file_name("minutes", "Night group", 3, DAY) == "demo-minutes-night-group-3-2026-12-10"


def test_a_header_has_ascii_and_the_full_name_of_another_script():
    assert file_header("minutes-3.pdf") == 'inline; filename="minutes-3.pdf"'
    assert file_header('a"\\b.pdf', is_download=True) == 'attachment; filename="ab.pdf"'
    assert file_header("minutes-ομάδα-3.pdf") == (
        'inline; filename="minutes-3.pdf"; '
        "filename*=UTF-8''minutes-%CE%BF%CE%BC%CE%AC%CE%B4%CE%B1-3.pdf"
    )


def test_minutes_procedures_and_terms_are_named(cast, desks, settings):
    settings.IS_DEMO = False
    group = make_group(cast)
    item = make_item(cast, make_meeting(cast, group, day=AT.date() - timedelta(7)))
    groups.add_terms(cast.scope(), group, DOCUMENT, at=AT)
    planted = plant_procedure(cast, group)
    signed = "signature-demo-office-croatia"
    names = {
        f"/groups/meetings/{item.meeting_id}/minutes/print": (
            "minutes-demo-group-1-2026-11-23.pdf"
        ),
        f"/groups/{group.pk}/terms": "Demo terms.pdf",
        f"/groups/procedures/versions/{planted['version']}/info-en.pdf": (
            "sop-demo-procedure-1-draft-en.pdf"
        ),
        f"/groups/procedures/signatures/{planted['signature']}": (f"{signed}-2026-11-30.pdf"),
    }

    for path, name in names.items():
        header = desks["amal"].get(path)["Content-Disposition"]
        assert header == f'inline; filename="{name}"'
