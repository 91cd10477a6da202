from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from protect.kernel import clock
from protect.orgs import actions, enums


class Command(BaseCommand):
    help = "Make the first organisation and invite the person who manages it and runs the site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="of the organisation")
        parser.add_argument("--kind", required=True, choices=enums.OrganisationKind.values)
        parser.add_argument("--country", required=True, help="ISO 3166-1: BE, MT …")
        parser.add_argument("--zone", required=True, help="IANA: Europe/Brussels …")
        parser.add_argument("--email", required=True, help="of the first person")
        parser.add_argument("--language", default="en", help="of the mail: en, fr …")

    def handle(self, **options: Any) -> None:
        profile = actions.Profile(*(options[each] for each in actions.Profile._fields))
        organisation = actions.create_first_organisation(
            profile, email=options["email"], language=options["language"], at=clock.now()
        )
        self.stdout.write(f"{organisation} begins; two invitations wait to be sent")
