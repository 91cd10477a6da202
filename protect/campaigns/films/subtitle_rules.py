"""What subtitles must have, as codes and limits. Imports no Django, because the parser's process
uses it, too."""

from enum import StrEnum
from typing import NamedTuple

# Characters per second that adults can read. Source: TED, How to tackle a transcript, 2026.
MAX_SPEED = 21
MAX_PROBLEMS = 100  # that are listed


class Fault(StrEnum):
    """What is wrong with subtitles. The values never change."""

    NO_HEADER = "no_header"
    NO_CUES = "no_cues"
    NO_TIME = "no_time"
    BAD_TIME = "bad_time"
    REVERSED = "reversed"
    OVERLAP = "overlap"
    AFTER_END = "after_end"
    EMPTY = "empty"
    MARKUP = "markup"
    TOO_FAST = "too_fast"  # a hint: the subtitles are stored all the same


HINTS = frozenset({Fault.TOO_FAST})


class Problem(NamedTuple):
    """A fault of one cue. `cue`: its number in the file, 0: before the first. `line`: of the file,
    1 for the first. `value`: a further number, by the code: cue, seconds or characters."""

    code: str
    cue: int
    line: int
    value: int = 0
