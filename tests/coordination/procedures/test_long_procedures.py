"""A procedure of 300 pages is written, put in force, copied, compared and printed."""

from io import BytesIO

import pikepdf
import pytest

from protect.coordination.procedures import rules
from protect.coordination.procedures.actions import sections, versions
from tests.coordination.cast import AT, make_group
from tests.coordination.procedures.drafting import REVIEW_BY, STARTS, agree, make_agreed, write
from tests.vault.views.desk import words

pytestmark = pytest.mark.django_db
PARAGRAPH = "Demo: call the line by day and at night, and ask before you write. " * 2 + "\n\n"
LONG = (PARAGRAPH * (rules.MAX_TEXT // len(PARAGRAPH))).strip()
LONG_SECTIONS = 50


def test_a_procedure_of_300_pages_is_printed_and_compared(cast, desks):
    version = make_agreed(cast, make_group(cast), kept=1)
    for number in range(LONG_SECTIONS):
        section = sections.add_section(cast.scope(), version, "", f"Demo {number}", at=AT)
        write(cast, section, LONG)
        agree(cast, section)
    versions.put_in_force(cast.scope(), version, STARTS, REVIEW_BY, at=AT)
    later = versions.create_version(cast.scope(), version.procedure, at=AT)
    last = sections.reopen_section(cast.scope(), later.sections.last(), at=AT)
    write(cast, last, LONG.replace("call", "text", 1))
    address = "/groups/procedures/versions"

    paper = desks["chidi"].get(f"{address}/{version.pk}/info-en.pdf")
    changes = desks["amal"].get(f"{address}/{later.pk}/changes/1")

    with pikepdf.open(BytesIO(paper.content)) as pdf:
        assert len(pdf.pages) >= 300
    assert "1 section is not the same" in words(changes)
    assert desks["amal"].get(f"{address}/{later.pk}").status_code == 200
