from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from protect.kernel import clock
from protect.orgs import actions, enums


class Command(BaseCommand):
    help = "Create the first organisation and invite its administrator and operator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="name of the organisation")
        parser.add_argument("--kind", required=True, choices=enums.OrganisationKind.values)
        parser.add_argument("--country", required=True, help="ISO 3166-1: BE, MT …")
        parser.add_argument("--zone", required=True, help="IANA: Europe/Brussels …")
        parser.add_argument("--email", required=True, help="e-mail address of the first person")
        parser.add_argument("--language", default="en", help="language of the mail: en, fr …")

    def handle(self, **options: Any) -> None:
        fields = actions.NewOrganisation._fields
        profile = actions.NewOrganisation(*(options[field] for field in fields))
        organisation = actions.create_first_organisation(
            profile, email=options["email"], language=options["language"], at=clock.now()
        )
        self.stdout.write(f"{organisation} begins; two invitations wait to be sent")
