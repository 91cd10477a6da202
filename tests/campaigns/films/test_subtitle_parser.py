import json

import pytest

from protect.campaigns.films.subtitle_parser import parse
from protect.campaigns.films.subtitle_rules import Fault, Problem
from protect.uploads import parser_process
from protect.uploads.refusal_reasons import Refused

GOOD = """WEBVTT

NOTE Demo film

1
00:00:01.000 --> 00:00:03.000
It is not your fault.

00:04.000 --> 00:06.500 align:start
<v Demo speaker>You can <i>tell</i> someone.</v>

"""


def problems(text: str, seconds: int = 0) -> list[Problem]:
    body = parse(text.encode(), {"seconds": seconds})[1]
    return [Problem(*each) for each in json.loads(body)["problems"]]


def cues(*blocks: str) -> str:
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def test_good_subtitles_have_no_problem_and_stay_as_they_are():
    assert problems(GOOD, seconds=60) == []
    assert json.loads(parse(GOOD.encode(), {})[1])["text"] == GOOD.rstrip("\n") + "\n"


def test_a_mark_of_byte_order_and_line_ends_of_windows_are_accepted():
    content = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()

    assert json.loads(parse(content, {})[1]) == {
        "text": GOOD.rstrip("\n") + "\n",
        "problems": [],
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(Fault.NO_HEADER, 0, 1), (Fault.NO_TIME, 1, 1)]),
        ("WEBVTT\n\nNOTE nothing\n", [(Fault.NO_CUES, 0, 1)]),
        ("00:01.000 --> 00:03.000\nHello\n", [(Fault.NO_HEADER, 0, 1)]),
        (cues("Hello"), [(Fault.NO_TIME, 1, 3)]),
        (cues("00:01,000 --> 00:02,000\nHello"), [(Fault.BAD_TIME, 1, 3)]),  # as SRT writes it
        (cues("7\n00:00:01.000 --> 00:99:02.000\nHello"), [(Fault.BAD_TIME, 1, 4)]),
        (cues("00:03.000 --> 00:01.000\nHello"), [(Fault.REVERSED, 1, 3)]),
        (cues("00:01.000 --> 00:02.000"), [(Fault.EMPTY, 1, 3)]),
        (
            cues("00:01.000 --> 00:03.000\n<script>alert(1)</script>"),
            [(Fault.MARKUP, 1, 4)],
        ),
        (cues("00:01.000 --> 00:03.000\nHi\n<b onclick=x>you</b>"), [(Fault.MARKUP, 1, 5)]),
        (cues("00:01.000 --> 00:03.000\n<img src=x>Hi"), [(Fault.MARKUP, 1, 4)]),
    ],
)
def test_each_mistake_is_named_by_its_cue_and_line(text, found):
    assert [each[:3] for each in problems(text)] == found


def test_an_overlap_names_both_cues():
    text = cues(
        "00:01.000 --> 00:04.000\nHello",
        "00:03.000 --> 00:05.000\nyou",
        "00:06.000 --> 00:07.000\n!",
    )

    assert problems(text) == [Problem(Fault.OVERLAP, 2, 6, 1)]


def test_a_cue_within_a_longer_earlier_one_overlaps_it():
    text = cues(
        "00:01.000 --> 00:09.000\nHello",
        "00:02.000 --> 00:03.000\nyou",
        "00:04.000 --> 00:05.000\n!",
    )

    assert [each.value for each in problems(text)] == [1, 1]


def test_a_cue_after_the_end_of_the_film_is_named():
    text = cues("00:01.000 --> 00:02.000\nHello", "00:40.000 --> 00:41.000\nyou")

    assert problems(text, seconds=30) == [Problem(Fault.AFTER_END, 2, 6, 30)]


def test_text_that_is_too_fast_to_read_is_named_with_its_speed():
    text = cues("00:01.000 --> 00:02.000\n" + "a" * 21, "00:03.000 --> 00:04.000\n" + "a" * 44)

    assert problems(text) == [Problem(Fault.TOO_FAST, 2, 6, 44)]


def test_marks_do_not_count_as_characters():
    text = cues("00:01.000 --> 00:02.000\n<v A very long name of a speaker>Hello</v>")

    assert problems(text) == []


def test_one_broken_cue_hides_no_other():
    text = cues(
        "bad --> worse\nHello",
        "00:05.000 --> 00:04.000\nyou",
        "00:06.000 --> 00:07.000\n<object>",
    )

    assert [each.code for each in problems(text)] == [
        *(Fault.BAD_TIME, Fault.REVERSED, Fault.MARKUP),
        Fault.EMPTY,
    ]


def test_text_in_another_encoding_is_refused():
    with pytest.raises(Refused) as refusal:
        parse("WEBVTT\n\nÀ".encode("latin-1"), {})

    assert refusal.value.code == "encoding"


def test_subtitles_are_read_in_a_process_of_their_own():
    answer = parser_process.parse("subtitles", GOOD.encode(), seconds=60)

    assert answer.facts == {"count": 0}
    assert json.loads(answer.body)["problems"] == []


def test_ten_thousand_cues_are_read_in_time():
    blocks = [
        f"{n // 60:02}:{n % 60:02}.000 --> {n // 60:02}:{n % 60:02}.900\nHi" for n in range(3000)
    ]

    assert parser_process.parse("subtitles", cues(*blocks).encode()).facts == {"count": 0}
