import re
from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pydantic import ValidationError

from protect.directory.enums import AccessibilityKind, Mode
from protect.matching.interface import answer as answers
from protect.matching.interface.answer import AnswerOut, PlaceOut, ServiceOut
from protect.matching.interface.question import PlaceIn, QuestionIn

WRONG_ARGUMENTS = 2  # exit code
CHILD_PATTERN = re.compile(r"(\d{1,3})?([fmx])?")
GENDERS = ("f", "m", "x")


class Command(BaseCommand):
    help = (
        "Find services that take a person now, with reasons. For example: "
        'match --need legal --place "Liège" --country BE --language ar --gender f --age 27'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--need", action="append", required=True, help="a code of needs.toml")
        add("--place", help="a settlement, with --country; or a country's name")
        add("--country", help="ISO 3166-1, such as BE")
        add("--region", help="name or code, where settlements share a name")
        add("--language", action="append", default=[], help="BCP 47, best first")
        add("--gender", choices=GENDERS)
        add("--age", type=int)
        add("--child", action="append", help="age and gender of a child who comes along: 9m")
        add("--legal-status", help="a code of statuses.toml")
        add("--document", action="append", help="a document that the person has")
        add("--access", action="append", choices=list(AccessibilityKind))
        add("--group", action="append", help="a code of groups.toml")
        add("--mode", action="append", default=[], choices=list(Mode))
        add("--silence", action=BooleanOptionalAction, help="no disclosure to authorities")
        add("--worker-gender", choices=GENDERS)
        add("--avoid", action="append", default=[], help="area code or GeoNames id to avoid")
        add("--cannot-speak", action="store_true", help="only written modes of help")
        add("--hours-since-event", type=int)
        add("--at", help="ISO 8601 with offset; now if left out")
        add("--limit", type=int, default=5)
        add("--text-language", default="en")
        add("--json", action="store_true", help="print the answer as JSON, like POST /match")

    def handle(self, **options: Any) -> None:
        try:
            question = QuestionIn.model_validate(question_document(options))
        except ValidationError as error:
            problems = "\n".join(
                f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
                for problem in error.errors()
            )
            raise CommandError(problems, returncode=WRONG_ARGUMENTS) from None
        result = answers.answer_question(question)
        answer = answers.to_answer_out(result, question)
        if result.place_lookup.is_undecided and question.place:
            self.stderr.write(undecided_place_note(question.place, answer.place_choices))
        if options["json"]:
            self.stdout.write(answer.model_dump_json(indent=2))
            return
        for line in output_lines(answer):
            self.stdout.write(line)


def question_document(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options as the JSON of POST /match. A missing option means "not answered"."""

    def given(*names: str) -> dict[str, Any]:
        return {name: options[name] for name in names}

    place = given("country", "region") | {"name": options["place"]}
    place = {key: value for key, value in place.items() if value is not None}
    return {
        "needs": options["need"],
        "place": place or None,
        "languages": options["language"],
        "person": {
            **given("gender", "age", "legal_status", "access"),
            "children": options["child"] and [parse_child(text) for text in options["child"]],
            "documents": options["document"],
            "groups": options["group"],
        },
        "modes": options["mode"],
        "wishes": given("silence", "worker_gender", "avoid", "cannot_speak"),
        **given("hours_since_event", "at", "limit", "text_language"),
    }


def parse_child(text: str) -> dict[str, Any]:
    """Return a child from "9m": age in whole years and gender; either may be left out."""
    parts = CHILD_PATTERN.fullmatch(text)
    if not text or parts is None:
        raise CommandError(f"--child {text}: write 9m or 13f.", returncode=WRONG_ARGUMENTS)
    return {"age": int(parts[1]) if parts[1] else None, "gender": parts[2]}


def undecided_place_note(place: PlaceIn, choices: Sequence[PlaceOut]) -> str:
    """Return a note that a place is ambiguous or unknown: only national services follow it."""
    problem = "is not known. Check its spelling"
    if choices:
        problem = "may be any of these. Write its name, and --region where several share it"
    return (
        f"The place “{place.name}” ({place.country}) {problem}. Until then, only national services:"
    )


def output_lines(answer: AnswerOut) -> Iterator[str]:
    for emergency_number in answer.emergency:
        yield f"{emergency_number.number}  {emergency_number.text}"
    for choice in answer.place_choices:
        near = f", near {choice.near}" if choice.near else ""
        yield f"which place?  {choice.name} ({choice.within}{near})  --region {choice.region}"
    for number, service in enumerate(answer.answers, 1):
        yield from _service_lines(f"{number}.", service)
    for miss in answer.near_misses:
        yield from _service_lines("nearly:", miss)
        yield f"    but: {miss.failing.text}"
    for service in answer.national:
        yield from _service_lines("national:", service)
    for code, count in answer.counts_by_reason.items():
        yield f"left out: {count} {code}"


def _service_lines(lead: str, service: ServiceOut) -> Iterator[str]:
    minutes = sum(reason.minutes for reason in service.reasons)
    yield ""
    yield f"{lead} {service.name} ({service.organisation})"
    yield f"    {service.verdict.value.replace('_', ' ')}, {minutes} min"
    for reason in service.reasons:
        yield f"    {reason.minutes:>4}  {reason.text}  [{reason.freshness.value}]"
    for contact in service.contacts:
        yield f"          {contact.kind} {contact.value}  [{contact.freshness.value}]"
