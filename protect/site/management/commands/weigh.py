from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.site.weighing import BUDGET, all_pages


class Command(BaseCommand):
    help = f"Weigh every public page in every language against {BUDGET} bytes."

    def handle(self, **options: Any) -> None:
        weights = []
        for count, weight in enumerate(all_pages(), 1):
            weights.append(weight)
            if weight.size > BUDGET:
                raise CommandError(f"{weight.path}: {weight.size} bytes, {BUDGET} at most")
            if count % 500 == 0:
                self.stderr.write(f"{count} pages")
        self.stdout.write("the ten heaviest:")
        for weight in sorted(weights, reverse=True)[:10]:
            self.stdout.write(f"{weight.size:6}  {weight.path}")
        self.stdout.write(f"{len(weights)} pages, none over {BUDGET} bytes")
