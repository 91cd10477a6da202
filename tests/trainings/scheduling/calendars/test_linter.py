import pytest

from tests.trainings.scheduling.calendars.linter import RULES, lint

GOOD = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Demo//EN
METHOD:PUBLISH
REFRESH-INTERVAL;VALUE=DURATION:PT6H
BEGIN:VTIMEZONE
TZID:Europe/Brussels
BEGIN:DAYLIGHT
DTSTART:20261024T000000
TZOFFSETFROM:+0200
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20261025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:demo-1
DTSTAMP:20260901T090000Z
SEQUENCE:0
DTSTART;TZID=Europe/Brussels:20261024T093000
DTEND;TZID=Europe/Brussels:20261024T123000
STATUS:CONFIRMED
CLASS:PRIVATE
TRANSP:OPAQUE
ORGANIZER;CN="Demo House":mailto:demo@demo.example
SUMMARY:Demo
URL:https://demo.example/s
END:VEVENT
BEGIN:VEVENT
UID:demo-2
DTSTAMP:20260901T090000Z
DTSTART:20261025T080000Z
DTEND:20261025T090000Z
ORGANIZER:https://demo.example/
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")

SUMMARY, STAMP = "SUMMARY:Demo\r\n", "DTSTAMP:20260901T090000Z\r\nSEQUENCE"
START = "DTSTART;TZID=Europe/Brussels:20261024T093000"
END = "DTEND;TZID=Europe/Brussels:20261024T123000"
ZONE = GOOD[GOOD.index("BEGIN:VTIMEZONE") : GOOD.index("BEGIN:VEVENT")]
SECOND = GOOD[GOOD.index("BEGIN:VEVENT\r\nUID:demo-2") : GOOD.index("END:VCALENDAR")]
DAYLIGHT = ZONE[ZONE.index("BEGIN:DAYLIGHT") : ZONE.index("BEGIN:STANDARD")]
EVENTS = GOOD[GOOD.index("BEGIN:VEVENT") : GOOD.index("END:VCALENDAR")]

# For each rule: what stands in GOOD, what may stand there instead, and what may not.
EXAMPLES = {
    "encoding": ("SUMMARY:Demo", "SUMMARY:Démo", b"SUMMARY:D\xe9mo"),
    "newline": (SUMMARY, SUMMARY, "SUMMARY:Demo\n"),
    "width": ("SUMMARY:Demo", "SUMMARY:" + "d" * 67, "SUMMARY:" + "d" * 68),
    "fold": ("SUMMARY:Demo", "SUMMARY:D\r\n émo", b"SUMMARY:D\xc3\r\n \xa9mo"),
    "control": ("SUMMARY:Demo", "SUMMARY:De\tmo", "SUMMARY:De\x07mo"),
    "syntax": (SUMMARY, 'SUMMARY;X-A="b:c":Demo\r\n', "SUMMARY Demo\r\n"),
    "nesting": ("END:VEVENT\r\nBEGIN", "END:VEVENT\r\nBEGIN", "BEGIN"),
    "version": ("VERSION:2.0", "VERSION:2.0", "VERSION:1.0"),
    "prodid": ("PRODID:-//Demo//EN\r\n", "PRODID:-//D//EN\r\n", ""),
    "method": ("METHOD:PUBLISH", "METHOD:PUBLISH", "METHOD:REQUEST"),
    "something": (ZONE + EVENTS, ZONE, ""),
    "once": (SUMMARY, SUMMARY, SUMMARY * 2),
    "uid": ("UID:demo-1\r\n", "UID:demo-3\r\n", ""),
    "uid_unique": ("UID:demo-2", "UID:demo-3", "UID:demo-1"),
    "dtstamp": (STAMP, STAMP.replace("2026", "2025"), STAMP.replace("Z", "")),
    "dtstart": ("DTSTART:20261025T080000Z\r\n", "DTSTART:20261025T080000Z\r\n", ""),
    "order": (END, END.replace("T12", "T10"), END.replace("T1230", "T0930")),
    "duration": (END, "DURATION:PT3H", END + "\r\nDURATION:PT3H"),
    "sequence": ("SEQUENCE:0", "SEQUENCE:12", "SEQUENCE:-1"),
    "status": ("STATUS:CONFIRMED", "STATUS:CANCELLED", "STATUS:CANCELED"),
    "class": ("CLASS:PRIVATE", "CLASS:PUBLIC", "CLASS:SECRET"),
    "transp": ("TRANSP:OPAQUE", "TRANSP:TRANSPARENT", "TRANSP:NONE"),
    "organizer": ("mailto:demo@", "mailto:d@", "demo@"),
    "attendee": (SUMMARY, SUMMARY, SUMMARY + "ATTENDEE:mailto:demo@demo.example\r\n"),
    "uri": ("URL:https:", "URL:mailto:", "URL:"),
    "text": ("SUMMARY:Demo", "SUMMARY:D\\, e\\; m\\\\ o\\n", "SUMMARY:D, e"),
    "refresh": ("VALUE=DURATION:PT6H", "VALUE=DURATION:P1DT12H", "VALUE=DURATION:6H"),
    "time": (START, START.replace("T09", "T08"), START + "Z"),
    "time_exists": ("20261024T093000", "20261024T020000", "20260329T023000"),
    "zone_known": (START, START, START.replace("Brussels", "Athens")),
    "zone_once": (ZONE, ZONE, ZONE * 2),
    "zone_used": (ZONE, ZONE, ZONE + ZONE.replace("Brussels", "Paris")),
    "zone_whole": (ZONE, ZONE.replace("T03", "T02"), ZONE.replace("TZOFFSETTO:+0100\r\n", "")),
    "zone_offset": (
        "FROM:+0200\r\nTZOFFSETTO:+0100",
        "FROM:+0200\r\nTZOFFSETTO:+0100",
        "FROM:+2\r\nTZOFFSETTO:+1",
    ),
    "zone_covers": (DAYLIGHT, DAYLIGHT.replace("24T", "20T"), ""),
    "zone_true": (DAYLIGHT, DAYLIGHT, DAYLIGHT.replace("TO:+0200", "TO:+0100")),
}


def with_(old: str, new: str | bytes) -> bytes:
    assert GOOD.count(old) == 1, old
    return GOOD.encode().replace(old.encode(), new if isinstance(new, bytes) else new.encode())


def test_base_example_has_no_faults():
    assert lint(GOOD.encode()) == []


def test_every_rule_has_a_good_and_a_bad_example():
    assert EXAMPLES.keys() == RULES.keys()


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_lets_the_good_example_through(rule):
    old, good, _ = EXAMPLES[rule]

    assert lint(with_(old, good)) == []


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_finds_the_bad_example(rule):
    old, _, bad = EXAMPLES[rule]

    assert rule in {fault.rule for fault in lint(with_(old, bad))}


@pytest.mark.parametrize(
    ("rule", "old", "bad"),
    [
        ("nesting", "END:VCALENDAR\r\n", "END:VCALENDAR\r\nX-A:b\r\n"),
        ("nesting", "END:VCALENDAR\r\n", ""),
        ("newline", "END:VCALENDAR\r\n", "END:VCALENDAR"),
        ("version", "VERSION:2.0\r\n", "VERSION:2.0\r\nVERSION:2.0\r\n"),
        ("prodid", "PRODID:-//Demo//EN", "PRODID:"),
        ("refresh", ";VALUE=DURATION", ""),
        ("refresh", "PT6H", "PT"),
        ("time", "20261024T093000", "20261324T093000"),
        ("time", "20261024T093000", "20261024"),
        ("time", ";TZID=Europe/Brussels:20261024T09", ":20261024T09"),
        ("zone_offset", "TZOFFSETTO:+0100", "TZOFFSETTO:-0000"),
        ("zone_whole", "DTSTART:20261025T030000", "DTSTART:20261025T030000Z"),
        ("zone_whole", "TZOFFSETTO:+0100", "TZOFFSETTO:+0100\r\nRDATE:20271031T030000"),
        ("zone_whole", ZONE, "BEGIN:VTIMEZONE\r\nTZID:Europe/Brussels\r\nEND:VTIMEZONE\r\n"),
        ("zone_once", "TZID:Europe/Brussels\r\n", ""),
        ("organizer", "ORGANIZER:https://demo.example/\r\n", ""),
        ("control", "SUMMARY:Demo", "SUMMARY:De\x7fmo"),
    ],
)
def test_rule_finds_less_obvious_faults(rule, old, bad):
    assert rule in {fault.rule for fault in lint(with_(old, bad))}


def test_fault_names_a_line_but_no_value():
    (fault,) = lint(with_("STATUS:CONFIRMED", "STATUS:Demo Person"))

    assert fault == ("status", "VEVENT 1 STATUS")


def test_arbitrary_bytes_are_reported_without_a_crash():
    for document in (b"", b"\r\n", b"\xff\x00", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"Demo" * 99):
        assert {"nesting"} <= {fault.rule for fault in lint(document)}
