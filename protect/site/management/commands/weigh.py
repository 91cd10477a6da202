from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.site.page_weights import BUDGET, all_pages


class Command(BaseCommand):
    help = f"Weigh every public page in every language against {BUDGET} bytes."

    def handle(self, **options: Any) -> None:
        weights = []
        for count, weight in enumerate(all_pages(), 1):
            weights.append(weight)
            if count % 500 == 0:
                self.stderr.write(f"{count} pages")
        self.stdout.write("the ten heaviest:")
        for weight in sorted(weights, reverse=True)[:10]:
            self.stdout.write(f"{weight.size:6}  {weight.path}")
        over = sum(weight.size > BUDGET for weight in weights)
        if over:
            raise CommandError(f"{over} of {len(weights)} pages are over {BUDGET} bytes")
        self.stdout.write(f"{len(weights)} pages, none over {BUDGET} bytes")
