"""The settings of the site, with the cheapest stretching that the formats allow."""

from protect.site.settings import *  # noqa: F403 - all of them

ARGON2 = {"memory_kib": 19 * 1024, "passes": 1, "lanes": 1}
