"""The process that parses one file and then ends. Its arguments are a parser's name and options,
its input is the file. It answers one line of JSON, {"facts": …} or {"refused": code, "facts": …},
then the bytes of the answer. It has access to no key, database or setting."""

import json
import sys
from importlib import import_module

from protect.uploads import parsers, refusal_reasons, sandbox


def main(name: str, options: str) -> None:
    """Limit this process, import one parser, sandbox the process, then read the file."""
    parser = parsers.PARSERS[name]
    sandbox.limit_resources(memory=parser.memory, cpu_seconds=parser.cpu_seconds)
    parse = import_module(parser.module).parse
    sandbox.restrict_access()
    content = sys.stdin.buffer.read()
    try:
        facts, body = parse(content, json.loads(options))
        header = {"facts": facts}
    except refusal_reasons.Refused as refusal:
        header, body = {"refused": refusal.code, "facts": refusal.facts}, b""
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n")
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
