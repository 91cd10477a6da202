"""The process in which one file is parsed, and which ends with it.
It gets the name of a parser and its options as words, the file on its input, and answers one line
of JSON, {"facts": …} or {"refused": code, "facts": …}, then the bytes of the answer. It knows no
key, database or setting."""

import json
import sys
from importlib import import_module

from protect.uploads import parsers, refusal_reasons, sandbox


def main(name: str, options: str) -> None:
    """Limit this process, load one parser, fence the process in, then read the file."""
    parser = parsers.PARSERS[name]
    sandbox.limit(memory=parser.memory, cpu_seconds=parser.cpu_seconds)
    parse = import_module(parser.module).parse
    sandbox.enclose()
    content = sys.stdin.buffer.read()
    try:
        facts, body = parse(content, json.loads(options))
        head = {"facts": facts}
    except refusal_reasons.Refused as refusal:
        head, body = {"refused": refusal.code, "facts": refusal.facts}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
