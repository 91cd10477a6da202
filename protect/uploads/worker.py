"""The process that parses one file and then ends. Its arguments are a parser's name and options,
its input is the file. It answers one line of JSON, {"facts": …} or {"refused": code, "facts": …},
then the bytes of the answer. It has access to no key, database or setting. A parser that starts a
program gets its input as a stream, which it copies into a file in memory for the program."""

import json
import shutil
import sys
from importlib import import_module
from pathlib import Path

from protect.uploads import parsers, refusal_reasons, sandbox


def main(name: str, options: str) -> None:
    """Limit this process, import one parser, sandbox the process, then read the file."""
    parser = parsers.PARSERS[name]
    program = shutil.which(parser.program) if parser.program else None
    sandbox.limit_resources(
        memory=parser.memory, cpu_seconds=parser.cpu_seconds, file_bytes=parser.file_bytes
    )
    parse = import_module(parser.module).parse
    sandbox.restrict_access(Path(program).resolve() if program else None)
    content = sys.stdin.buffer if parser.program else sys.stdin.buffer.read()
    try:
        facts, body = parse(content, json.loads(options))
        header = {"facts": facts}
    except refusal_reasons.Refused as refusal:
        header, body = {"refused": refusal.code, "facts": refusal.facts}, b""
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n")
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
