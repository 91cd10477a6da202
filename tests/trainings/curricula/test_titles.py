"""Page titles in the browser history name no person."""

import re

import pytest

from tests.orgs.conftest import make_organisation
from tests.outreach.requests import make_ambassador
from tests.trainings.planning import AT, make_edition, make_trainer
from tests.trainings.registrations.test_decisions import come
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


def test_person_pages_show_names_but_not_in_the_title():
    host, pia = make_organisation("Demo Academy"), make_person("pia")
    serve(pia, host, "coordinator")
    desk, registered = Desk(at=AT).let_in(pia), come(make_edition(host))
    ambassador, trainer = make_ambassador(host, pia.user), make_trainer(host)
    for page, name, title in (
        (f"registrations/{registered.pk}", registered.participant.name, "Registration"),
        (f"ambassadors/{ambassador.pk}", ambassador.name, "Ambassador"),
        (f"resources/{trainer.pk}", trainer.name, "Person"),
    ):
        response = desk.get(f"/trainings/{page}")

        assert name in words(response)
        said = re.search(r"<title>(.*?)</title>", response.content.decode(), re.DOTALL)[1]
        assert said.split() == [title, "·", "PROTECT"]
