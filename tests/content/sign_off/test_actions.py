"""Facts of a country that its own people confirm, and what a writer to the database cannot do."""

from itertools import pairwise
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.content.errors import ContentRefusal
from protect.content.models import FactConfirmation
from protect.content.sign_off import actions, confirmed
from protect.directory.changes import raise_version
from protect.directory.models import DirectoryVersion
from protect.kernel import clock
from protect.orgs.models import Organisation, User
from protect.orgs.scope import HeldRole, Scope
from protect.reference import country_facts

pytestmark = pytest.mark.django_db
NAME = ("misconduct", "ombudsman")


@pytest.fixture(autouse=True)
def _forget():
    confirmed.forget()
    yield
    confirmed.forget()


def lawyer_in(country, role="specialist"):
    office = Organisation.objects.create(
        name=f"Demo office {country}", kind="office", country=country, zone="Europe/Malta"
    )
    user = User.objects.create_user(f"lawyer.{country}@example.org", name="Demo lawyer")
    return Scope(user.pk, (HeldRole(role, office.pk, None),))


def digest(name=NAME):
    return country_facts.digest_of("MT", actions.facts_to_confirm("MT")[name])


def confirm(scope, seen=None):
    seen = {NAME: digest()} if seen is None else seen
    return actions.confirm_facts(scope, "MT", seen, "lawyer", at=clock.now())


def states():
    confirmed.forget()
    return {fact.key: fact.is_confirmed for fact in country_facts.public_facts("MT", "misconduct")}


def test_a_confirmed_fact_is_confirmed_for_the_public_and_the_others_are_not():
    assert confirm(lawyer_in("MT")) == 1

    after = states()
    assert after.pop("ombudsman")
    assert not any(after.values())
    assert Entry.objects.filter(action="content.confirm_fact").count() == 1


def test_a_live_site_shows_confirmed_facts_and_what_is_not_known(settings):
    settings.IS_DEMO = False
    assert set(states()) == {"reception_and_detention"}

    confirm(lawyer_in("MT"))

    assert set(states()) == {"reception_and_detention", "ombudsman"}


def test_confirming_twice_changes_nothing():
    scope = lawyer_in("MT")
    confirm(scope)

    assert confirm(scope) == 0
    assert FactConfirmation.objects.count() == 1


def test_people_of_another_country_cannot_confirm():
    with pytest.raises(PermissionDenied):
        confirm(lawyer_in("BE"))

    assert not FactConfirmation.objects.exists()


def test_a_translator_cannot_confirm():
    with pytest.raises(PermissionDenied):
        confirm(lawyer_in("MT", "translator"))

    assert not FactConfirmation.objects.exists()


@pytest.mark.parametrize(
    "seen",
    [{NAME: "0" * 64}, {("misconduct", "no_such_fact"): "0" * 64}, {("", ""): ""}],
)
def test_a_fact_that_is_another_now_is_not_confirmed(seen):
    with pytest.raises(ContentRefusal, match="content_fact_changed"):
        confirm(lawyer_in("MT"), {NAME: digest()} | seen)

    assert not FactConfirmation.objects.exists()
    assert not any(states().values())


def test_what_is_not_known_cannot_be_confirmed():
    gap = next(fact for fact in country_facts.load_facts("MT") if fact.is_gap)

    assert (gap.topic, gap.key) not in actions.facts_to_confirm("MT")


def test_a_corrected_fact_waits_for_a_new_confirmation(monkeypatch):
    confirm(lawyer_in("MT"))
    facts = country_facts.load_facts("MT")
    corrected = tuple(
        fact.model_copy(update={"text": "Ask the Ombudsman."}) if fact.key == "ombudsman" else fact
        for fact in facts
    )
    monkeypatch.setattr(country_facts, "load_facts", lambda country: corrected)

    assert not states()["ombudsman"]


def test_a_confirmation_that_is_taken_back_counts_no_more():
    scope = lawyer_in("MT")
    confirm(scope)
    actions.take_back(scope, "MT", digest(), at=clock.now())

    assert not states()["ombudsman"]
    assert Entry.objects.filter(action="content.unconfirm_fact").count() == 1


def test_people_of_another_country_cannot_take_a_confirmation_back():
    confirm(lawyer_in("MT"))

    with pytest.raises(PermissionDenied):
        actions.take_back(lawyer_in("BE"), "MT", digest(), at=clock.now())

    assert states()["ombudsman"]


@pytest.mark.parametrize(
    "change",
    [{"digest": "other"}, {"role": "judge"}, {"country_id": "BE"}, {"seal": "0" * 64}],
)
def test_a_confirmation_that_was_changed_in_the_database_does_not_count(change, caplog):
    confirm(lawyer_in("MT"))
    if change.get("digest"):
        other = actions.facts_to_confirm("MT")["misconduct", "police_complaint"]
        change = {"digest": country_facts.digest_of("MT", other)}
    FactConfirmation.objects.update(**change)

    assert not any(states().values())
    country = change.get("country_id", "MT")
    confirmed.confirmed_digests(country)
    assert f"content_confirmation_damaged: a confirmation of {country} was changed" in caplog.text


def test_a_forged_confirmation_does_not_keep_a_person_from_confirming():
    scope = lawyer_in("MT")
    FactConfirmation.objects.create(
        country_id="MT",
        digest=digest(),
        role="judge",
        confirmed_by_id=scope.user_id,
        confirmed_at=clock.now(),
        seal="0" * 64,
    )

    assert confirm(scope) == 1
    assert states()["ombudsman"]


def test_confirmations_are_read_once_for_each_version(django_assert_num_queries):
    confirm(lawyer_in("MT"))
    country_facts.public_facts("MT", "misconduct")

    with django_assert_num_queries(0):
        country_facts.public_facts("MT", "misconduct")
    raise_version()


def test_only_a_confirmation_that_changes_something_renews_the_public_pages():
    scope = lawyer_in("MT")
    versions = [DirectoryVersion.objects.values_list("number", flat=True).first() or 0]
    for act in (
        lambda: confirm(scope),
        lambda: confirm(scope),  # of what is confirmed
        lambda: actions.take_back(scope, "MT", digest(), at=clock.now()),
        lambda: actions.take_back(scope, "MT", digest(), at=clock.now()),
    ):
        act()
        versions.append(DirectoryVersion.objects.get().number)

    steps = [after - before for before, after in pairwise(versions)]
    assert steps == [1, 0, 1, 0]


def test_a_forged_confirmation_that_is_replaced_stands_in_the_history():
    scope = lawyer_in("MT")
    confirm(scope)
    FactConfirmation.objects.update(seal="0" * 64)
    confirm(scope)

    actions_taken = Entry.objects.order_by("n").values_list("action", flat=True)
    assert [each for each in actions_taken if each.startswith("content.")] == [
        "content.confirm_fact",
        "content.remove_forged",
        "content.confirm_fact",
    ]


def test_a_confirmation_that_was_taken_back_does_not_count_when_its_row_is_put_back(caplog):
    scope = lawyer_in("MT")
    confirm(scope)
    row = FactConfirmation.objects.get()
    actions.take_back(scope, "MT", digest(), at=clock.now())
    row.save(force_insert=True)

    assert not states()["ombudsman"]
    assert "content_confirmation_damaged" in caplog.text
    assert confirm(scope) == 1  # a person may confirm the fact again
    assert states()["ombudsman"]


def test_the_row_of_a_confirmation_does_not_count_under_another_id():
    confirm(lawyer_in("MT"))
    row = FactConfirmation.objects.get()
    row.delete()
    row.pk = uuid4()
    row.save(force_insert=True)

    assert not states()["ombudsman"]
