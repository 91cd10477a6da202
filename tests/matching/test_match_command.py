import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.directory.demo import TUESDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def command(demo_services):
    """Return a function that runs the command and gives what it prints."""

    def run(*arguments, stderr=None):
        out = StringIO()
        call_command("match", *arguments, stdout=out, stderr=stderr)
        return out.getvalue()

    return run


ARGUMENTS = (
    "--need=talk",
    "--place=Liège",
    "--country=BE",
    "--language=ar",
    "--language=fr",
    "--gender=f",
    "--age=27",
    "--child=9m",
    "--child=f",
    f"--at={TUESDAY.isoformat()}",
)


def test_the_command_prints_the_same_json_as_the_interface(command, post):
    person = {"gender": "f", "age": 27, "children": [{"age": 9, "gender": "m"}, {"gender": "f"}]}

    printed = json.loads(command(*ARGUMENTS, "--json"))

    assert printed == post(languages=["ar", "fr"], person=person).json()


def test_the_command_prints_ranked_answers_with_reasons(command):
    text = command(*ARGUMENTS)

    assert text.index("1. Demo Arabic Staff") < text.index("2. ")
    assert "Speaks \u2068Arabic\u2069" in text
    assert "112  Emergency" in text


def test_the_command_lists_places_for_an_ambiguous_name(command):
    text = command("--need=talk", "--place=Saint-Nicolas", "--country=BE")

    assert text.count("which place?") >= 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("--need=hope",),
        ("--need=talk", "--place=Liège"),
        ("--need=talk", "--child=nine"),
        ("--need=talk", "--at=2026-11-24T10:00"),
        ("--need=talk", "--limit=0"),
    ],
)
def test_the_command_refuses_what_the_interface_refuses(command, arguments):
    with pytest.raises(CommandError) as refused:
        command(*arguments)

    assert refused.value.returncode == 2
    assert "Value error" not in str(refused.value)


@pytest.mark.parametrize(
    ("place", "said"),
    [("Xyzzy", "“Xyzzy” (BE) is not known"), ("Saint-Nicolas", "(BE) may be any of these")],
)
def test_the_command_says_that_a_place_did_not_decide(command, place, said):
    errors = StringIO()

    text = command("--need=talk", f"--place={place}", "--country=BE", stderr=errors)

    assert said in errors.getvalue()
    assert "national: Demo Voice Line" in text


def test_the_command_is_silent_about_a_place_that_it_found(command):
    errors = StringIO()

    command(*ARGUMENTS, stderr=errors)

    assert errors.getvalue() == ""


def test_the_command_takes_the_name_of_a_country(command):
    text = command("--need=talk", "--place=Malta")

    assert "1. Demo" in text


def test_every_flag_reaches_the_question(command):
    body = command(
        "--need=helpline",
        "--country=BE",
        "--cannot-speak",
        "--no-silence",
        "--legal-status=refugee",
        "--document=health_card",
        "--access=hearing",
        "--group=lgbtqi",
        "--mode=chat",
        "--worker-gender=f",
        "--avoid=BE-VLG",
        "--hours-since-event=10",
        "--limit=1",
        "--text-language=en",
        f"--at={TUESDAY.isoformat()}",
        "--json",
    )

    (line,) = json.loads(body)["answers"]
    assert line["name"] == "Demo Written Line"
    assert {"legal_unknown", "documents_unknown", "access_yes", "worker_ask_f"} <= {
        reason["code"] for reason in line["reasons"]
    }
