"""The parser of subtitles in WebVTT. It runs in a separate process (`uploads.parser_process`) and
imports no Django. It reads block by block, so that each mistake has its cue and its line, and one
broken cue hides no other."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError
from webvtt.models import Timestamp

from protect.campaigns.films.subtitle_rules import MAX_PROBLEMS, MAX_SPEED, Fault, Problem
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import Refused

HEADER = "WEBVTT"
ARROW = "-->"
OTHER_BLOCKS = ("NOTE", "STYLE", "REGION")
# Marks that WebVTT has. Source: W3C, WebVTT, 6.4; a browser shows the text of any other.
MARKS = {"b", "i", "u", "c", "v", "lang", "ruby", "rt"}
MARK = re.compile(r"<\s*/?\s*([^\s>./]*)")
TIME_MARK = re.compile(r"\d[\d:.]*")  # <00:01.000> within a text
SCRIPT = re.compile(r"javascript:|\bon\w+\s*=", re.IGNORECASE)
LINE_END = re.compile(r"\r\n|\r|\n")


class Block(NamedTuple):
    line: int  # of its first line in the file, 1 for the first
    lines: list[str]


class Cue(NamedTuple):
    number: int
    start: float  # seconds
    end: float


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    """Return as JSON the text of a file with plain line ends, and its problems. `seconds` among the
    options: the length of the film, 0 if it is not known. Errors: Refused, encoding."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("encoding") from None
    lines = [line.rstrip() for line in LINE_END.split(text.replace("\0", "\ufffd"))]
    problems = list(_problems(lines, int(options.get("seconds", 0))))
    plain = "\n".join(lines).strip("\n") + "\n"
    shown = [list(each) for each in problems[:MAX_PROBLEMS]]
    return {"count": len(problems)}, json.dumps({"text": plain, "problems": shown}).encode()


def _problems(lines: list[str], seconds: int) -> Iterator[Problem]:
    """Yield the problems in the order of the file."""
    first, *blocks = _blocks(lines) or [Block(1, [""])]
    if first.lines[0].split(" ")[0] != HEADER:
        yield Problem(Fault.NO_HEADER, 0, first.line)
        blocks = [first, *blocks]
    number, before = 0, None
    for block in blocks:
        if block.lines[0].split(" ")[0] in OTHER_BLOCKS:
            continue
        number += 1
        cue = _read_cue(block, number)
        if isinstance(cue, Problem):
            yield cue
            continue
        yield from _cue_problems(block, cue, before, seconds)
        before = cue if before is None or cue.end > before.end else before
    if not number:
        yield Problem(Fault.NO_CUES, 0, 1)


def _blocks(lines: list[str]) -> list[Block]:
    """Return the blocks of a file: lines up to the next blank one."""
    blocks: list[Block] = []
    is_open = False
    for number, line in enumerate(lines, 1):
        if line and is_open:
            blocks[-1].lines.append(line)
        elif line:
            blocks.append(Block(number, [line]))
        is_open = bool(line)
    return blocks


def _read_cue(block: Block, number: int) -> Cue | Problem:
    """Return the times of a cue, or what is wrong with them."""
    at = next((at for at, line in enumerate(block.lines[:2]) if ARROW in line), None)
    if at is None:
        return Problem(Fault.NO_TIME, number, block.line)
    try:
        (caption,) = webvtt.from_string(_file_of(block), strict=True).captions
    except (MalformedCaptionError, MalformedFileError, ValueError):
        return Problem(Fault.BAD_TIME, number, block.line + at)
    return Cue(number, _seconds(caption.start_time), _seconds(caption.end_time))


def _cue_problems(block: Block, cue: Cue, before: Cue | None, seconds: int) -> Iterator[Problem]:
    at = block.line + (0 if ARROW in block.lines[0] else 1)  # the line with the times
    words = [(line, words) for line, words in enumerate(block.lines, block.line) if line > at]
    if cue.end <= cue.start:
        yield Problem(Fault.REVERSED, cue.number, at)
    elif before and cue.start < before.end:
        yield Problem(Fault.OVERLAP, cue.number, at, before.number)
    if seconds and cue.start >= seconds:
        yield Problem(Fault.AFTER_END, cue.number, at, seconds)
    for line, text in words:
        if _has_other_markup(text):
            yield Problem(Fault.MARKUP, cue.number, line)
    (caption,) = webvtt.from_string(_file_of(block), strict=True).captions
    length = len("".join(str(caption.text).split("\n")).strip())
    if not length:
        yield Problem(Fault.EMPTY, cue.number, at)
    elif cue.end > cue.start and length / (cue.end - cue.start) > MAX_SPEED:
        yield Problem(Fault.TOO_FAST, cue.number, at, round(length / (cue.end - cue.start)))


def _file_of(block: Block) -> str:
    return "\n".join([HEADER, "", *block.lines])


def _has_other_markup(text: str) -> bool:
    names = (mark.group(1) for mark in MARK.finditer(text))
    other = (name for name in names if name not in MARKS and not TIME_MARK.fullmatch(name))
    return SCRIPT.search(text) is not None or next(other, None) is not None


def _seconds(time: Timestamp) -> float:
    hours, minutes, seconds, milliseconds = time.to_tuple()
    return float(hours * 3600 + minutes * 60 + seconds) + milliseconds / 1000
