import json

import pytest
from django.db import IntegrityError, transaction

from protect.questionnaires import access, actions, sources
from protect.questionnaires.access import Answers
from protect.questionnaires.enums import FormKind
from protect.questionnaires.models import FormVersion, FormWords
from protect.reference import actions as reference
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
SHIPPED = 9  # forms that come with the platform
HEAD = '[form]\nnumber = {}\nkind = "other"\nsource = "en"\npublished_on = 2026-11-26\n'
BODY = 'title = "Demo"\n\n[town]\ntype = "short"\nlabel = "{}"\n'


@pytest.fixture
def write(settings, tmp_path, fresh_sources):
    """Write the file of a form of an office, and load everything."""
    settings.PROTECT_DATA_DIRS = [str(tmp_path)]
    folder = tmp_path / "questionnaires/forms"
    folder.mkdir(parents=True)

    def written(text: str, name: str = "demo.toml") -> dict[str, tuple[int, int, int]]:
        (folder / name).write_text(text, "utf-8")
        sources.clear_caches()
        told: dict[str, tuple[int, int, int]] = {}
        actions.load_forms(lambda r: told.update({r.table: (r.added, r.changed, r.same)}))
        return told

    return written


def form_toml(number: int = 1, label: str = "Town") -> str:
    return HEAD.format(number) + BODY.format(label)


def test_load_data_publishes_the_shipped_forms_and_is_idempotent():
    told: dict[str, tuple[int, int, int]] = {}

    reference.load_data(lambda r: told.update({r.table: (r.added, r.changed, r.same)}))

    assert told["formversion"] == (0, 0, SHIPPED)
    assert told["formwords"] == (0, 0, 3 * SHIPPED)  # in French, Dutch and Arabic
    assert {form.code for form in access.list_published_forms(FormKind.TEST)} == {
        "knowledge-a",
        "knowledge-b",
    }


def test_changed_text_of_a_published_version_is_refused_and_nothing_is_loaded(write):
    write(form_toml())
    before = list(FormVersion.objects.order_by("pk").values())

    with refuses("questionnaire_version_changed") as caught, transaction.atomic():
        write(form_toml(label="City"))

    assert caught.value.facts == {"form": "demo", "number": 1, "part": "en"}
    assert "raise number" in caught.value.text()
    assert list(FormVersion.objects.order_by("pk").values()) == before


def test_new_version_number_adds_a_version_and_keeps_the_old_one(write):
    write(form_toml())
    assert write(form_toml(2, "City"))["formversion"] == (1, 0, SHIPPED)

    assert access.get_form("demo").label("town") == "City"
    assert access.get_form("demo", 1).label("town") == "Town"
    assert {v.number for v in access.list_published_forms() if v.code == "demo"} == {2}


def test_translation_may_be_added_later_but_not_changed(write):
    write(form_toml())
    told = write('[town]\nlabel = "Ville"\n', "demo.fr.toml")
    assert (told["formwords"][0], told["formversion"][0]) == (1, 0)

    with refuses("questionnaire_version_changed") as caught, transaction.atomic():
        write('[town]\nlabel = "Commune"\n', "demo.fr.toml")

    assert caught.value.facts["part"] == "fr"
    assert access.get_form("demo", language="fr").label("town") == "Ville"


def test_only_the_review_date_of_published_texts_may_change(write):
    write(form_toml())
    told = write(form_toml().replace("kind", "reviewed_on = 2026-11-27\nkind"))

    assert told["formversion"] == (0, 1, SHIPPED)
    assert access.get_form("demo").is_draft is False


def test_draft_form_is_not_published(write):
    write(form_toml().replace("published_on = 2026-11-26\n", ""))

    with refuses("questionnaire_unknown"):
        access.get_form("demo")


def test_form_counts_untranslated_texts_and_names_draft_languages(write):
    write(form_toml())
    write('[form]\nreviewed_on = 2026-11-27\n[town]\nlabel = "Ville"\n', "demo.fr.toml")

    form = access.get_form("demo", language="fr")

    assert (form.untranslated_count, form.used_languages, form.draft_languages) == (
        1,
        {"en", "fr"},
        {"en"},
    )
    assert form.is_draft  # the title is English, and nobody has read that
    assert access.get_form("demo", language="tlh").untranslated_count == 2


@pytest.mark.parametrize("ask", [("nobody",), ("evaluation", 99)])
def test_unpublished_form_is_not_found(ask):
    with refuses("questionnaire_unknown"):
        access.get_form(*ask)


def test_edited_form_row_in_the_database_is_refused():
    FormVersion.objects.filter(code="evaluation").update(content='{"words": {}}')

    with refuses("questionnaire_version_damaged"):
        access.get_form("evaluation")


def test_edited_texts_in_the_database_are_refused():
    words = FormWords.objects.get(version__code="evaluation", language="fr")
    FormWords.objects.filter(pk=words.pk).update(content=words.content.replace("Contenu", "X"))

    with refuses("questionnaire_version_damaged"):
        access.get_form("evaluation", language="nl")


def test_published_version_equals_its_file():
    for code, source in sources.load_sources().items():
        form = access.get_form(code)
        assert form.definition == source.definition
        assert {name: said.text for name, said in form.words.items()} == source.own_words


def test_sent_answers_are_scored_stored_and_read_back():
    form = access.get_form("assessment", language="ar")
    sent = {"named": ["yes"], "promise": ["honest", "secret"], "chat": ["no"], "doctor": ["b"]}

    reading = access.read_answers(form, sent)
    kept = access.to_answers(form, reading).to_json()
    back = Answers.from_json(kept, form.definition, form.content_hash)
    score = access.score(form, back.values)

    assert json.loads(kept)["hash"] == form.content_hash
    assert (score.points, score.maximum) == (2, 14)


def test_answers_with_mistakes_are_never_stored():
    form = access.get_form("assessment")

    with pytest.raises(ValueError, match="mistakes"):
        access.to_answers(form, access.read_answers(form, {}))


@pytest.mark.parametrize("wrong", [{"number": 0}, {"code": ""}, {"content": ""}, {}])
def test_database_refuses_an_empty_or_duplicate_version(wrong):
    row = FormVersion.objects.filter(code="evaluation").values().get()
    row.pop("id")
    fresh, count = {"number": 7} if wrong else {}, FormVersion.objects.count()

    with pytest.raises(IntegrityError), transaction.atomic():
        FormVersion.objects.create(**{**row, **fresh, **wrong})

    assert FormVersion.objects.count() == count


def test_database_refuses_two_translations_in_one_language():
    row = FormWords.objects.filter(language="fr").values().first()
    row.pop("id")
    count = FormWords.objects.count()

    with pytest.raises(IntegrityError), transaction.atomic():
        FormWords.objects.create(**row)

    assert FormWords.objects.count() == count
