"""Parse a mapping file of the command line: TOML, returned as JSON."""

import json
import tomllib

from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import Refused


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    """Return a TOML file as JSON. Errors: Refused."""
    try:
        return {}, json.dumps(tomllib.loads(content.decode()), default=str).encode()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused("toml_broken", error=str(error)[:200]) from None
