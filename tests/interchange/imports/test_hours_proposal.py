import re

import pytest
from hypothesis import given, strategies as st

from protect.directory import hours
from protect.interchange.imports.values import hours_words
from protect.interchange.imports.values.hours_proposal import propose_hours
from protect.kernel.errors import DataError
from protect.reference import vocabulary

COUNTRIES = ("BE", "BG", "ES", "GR", "HR", "HU", "IE", "IT", "MT", "NL", "PL", "SI")

# As people of the country write it, each read by hand. None: the person who imports is asked.
TABLE = {
    "BE": {
        "du lundi au vendredi de 9h à 12h30 et de 13h30 à 17h": "Mo-Fr 09:00-12:30,13:30-17:00",
        "lu-ve 9h-17h": "Mo-Fr 09:00-17:00",
        "Lun. – Ven. : 8h30 – 16h30": "Mo-Fr 08:30-16:30",
        "le mercredi de 13h à 16h": "We 13:00-16:00",
        "les lundis et jeudis de 14h à 18h": "Mo,Th 14:00-18:00",
        "maandag t/m vrijdag van 9.00 tot 17.00 uur": "Mo-Fr 09:00-17:00",
        "Ma t.e.m. vr: 9u-12u30": "Mo-Fr 09:00-12:30",
        "di-do 9-12": "Tu-Th 09:00-12:00",
        "Mo-Do 9-12 u. 14-16": "Mo-Th 09:00-12:00,14:00-16:00",
        "Dienstags und donnerstags 10-12 Uhr": "Tu,Th 10:00-12:00",
        "Mo. bis Fr. 9:00 - 12:30 Uhr, Sa 10-12": "Mo-Fr 09:00-12:30; Sa 10:00-12:00",
        "24h/24 et 7j/7": "24/7",
        "tous les jours de 8h à 20h": "Mo-Su 08:00-20:00",
        "ma 9-12": None,  # maandag, mardi
        "di 9-12": None,  # dinsdag, dimanche
        "D 9-12": None,  # dinsdag, donderdag, dimanche
        "L-V 9-17": None,  # no letters where there are several languages
        "Mo, Mi, Fr 9-12 Uhr. Di 14-18 Uhr": None,
        "jours ouvrables 9h-17h": None,  # with or without Saturday
    },
    "BG": {
        "пон-пет 9-17 ч.": "Mo-Fr 09:00-17:00",
        "понеделник - петък: 9.00 – 17.30 ч.": "Mo-Fr 09:00-17:30",
        "от понеделник до петък от 9 до 17 часа": "Mo-Fr 09:00-17:00",
        "пн-пт 0900-1730": "Mo-Fr 09:00-17:30",
        "вторник и четвъртък 14:00-18:00": "Tu,Th 14:00-18:00",
        "денонощно": "24/7",
        "всеки ден 8-20": "Mo-Su 08:00-20:00",
        "Mon-Fri 9:00-17:00": "Mo-Fr 09:00-17:00",
        "пон-пет 9-5": None,
        "п-п 9-17": None,  # понеделник, петък
        "с 9-17": None,  # сряда, събота
        "работни дни 9-17": None,
        "след 17 ч.": None,
    },
    "ES": {
        "De lunes a jueves de 9 a 14": "Mo-Th 09:00-14:00",
        "L-V 9:00-14:00 y 16:00-19:00": "Mo-Fr 09:00-14:00,16:00-19:00",
        "L-J de 9 a 14 h. y V de 9 a 13 h.": "Mo-Th 09:00-14:00; Fr 09:00-13:00",
        "lunes, martes y jueves 9.00 a 13.30": "Mo,Tu,Th 09:00-13:30",
        "X 10-12": "We 10:00-12:00",
        "Lun-Vie 08:00-15:00; Sáb 10:00-13:00": "Mo-Fr 08:00-15:00; Sa 10:00-13:00",
        "Todos los días 10:00-20:00": "Mo-Su 10:00-20:00",
        "las 24 horas": "24/7",
        "Lunes a viernes de 9 a.m. a 2 p.m.": "Mo-Fr 09:00-14:00",
        "M y J 10-13": None,  # martes, miércoles
        "lunes a viernes de 5 a 8": None,
        "lunes a viernes de 6 a 8": None,  # said of mornings and evenings
        "L-V 9-1": None,
        "días laborables 9-14": None,
        "de lunes a viernes, de 9:00 a 14:00 horas": "Mo-Fr 09:00-14:00",
        "de lunes a viernes, previa cita": None,
        "L-V 9-14, excepto festivos": None,
    },
    "GR": {
        "Δευτέρα–Παρασκευή 09:00–15:00": "Mo-Fr 09:00-15:00",
        "Δευτέρα έως και Παρασκευή 9 π.μ. - 3 μ.μ.": "Mo-Fr 09:00-15:00",
        "Δε-Πα 09.00-15.00 & Σα 10.00-13.00": "Mo-Fr 09:00-15:00; Sa 10:00-13:00",
        "Τρίτη και Πέμπτη, 17:00-20:00": "Tu,Th 17:00-20:00",
        "από Δευτέρα μέχρι Πέμπτη 10:00-14:00": "Mo-Th 10:00-14:00",
        "όλο το 24ωρο": "24/7",
        "Δευ-Παρ 9:00-5:00": None,
        "Δ-Π 9-15": None,  # Πέμπτη, Παρασκευή
        "Καθημερινά 9-15": None,  # every day, or every working day
        "Τ 9-15": None,  # Τρίτη, Τετάρτη
    },
    "HR": {
        "pon-pet 8-16 h": "Mo-Fr 08:00-16:00",
        "ponedjeljkom od 9 do 12": "Mo 09:00-12:00",
        "Po-Pe 08-16": "Mo-Fr 08:00-16:00",
        "od ponedjeljka do petka od 8 do 16 sati": "Mo-Fr 08:00-16:00",
        "uto i čet 12:00-18:00, sub 9:00-13:00": "Tu,Th 12:00-18:00; Sa 09:00-13:00",
        "pon-pet 8-16, sub i ned ne radi": "Mo-Fr 08:00-16:00; Sa,Su off",
        "0-24": "24/7",
        "danonoćno": "24/7",
        "su 9-12": None,  # subota, and Su of OpenStreetMap
        "p-p 8-16": None,  # ponedjeljak, petak
        "radnim danom 8-16": None,  # with or without Saturday
        "po dogovoru": None,
    },
    "HU": {
        "H-P 8-16": "Mo-Fr 08:00-16:00",
        "H–P: 8:00–16:00": "Mo-Fr 08:00-16:00",
        "hétfőtől péntekig 8-16": "Mo-Fr 08:00-16:00",
        "Hétfő-Péntek 8.00-16.00, Szombat 9-12": "Mo-Fr 08:00-16:00; Sa 09:00-12:00",
        "H, Sze, P 9-12 és 13-17": "Mo,We,Fr 09:00-12:00,13:00-17:00",
        "H-Cs 8-16; P 8-14": "Mo-Th 08:00-16:00; Fr 08:00-14:00",
        "K 8-16h": "Tu 08:00-16:00",
        "hétköznap 8-18": "Mo-Fr 08:00-18:00",
        "H-V 0-24": "Mo-Su 00:00-24:00",
        "éjjel-nappal": "24/7",
        "Sz 9-12": None,  # szerda, szombat
        "8-16 H-P": None,  # h is also the hour
        "8-16 h Cs-P": None,
        "H-P 4-8": None,
        "H-P 20-4": None,
    },
    "IE": {
        "Mon-Fri 9 to 5": "Mo-Fr 09:00-17:00",
        "Mon - Fri 9am - 5pm": "Mo-Fr 09:00-17:00",
        "Monday to Friday 9.30 a.m. - 1 p.m. and 2 p.m. - 4.30 p.m.": (
            "Mo-Fr 09:30-13:00,14:00-16:30"
        ),
        "Mon-Fri: 9:30am-5pm; Sat 10-2": "Mo-Fr 09:30-17:00; Sa 10:00-14:00",
        "9-5pm Mon to Fri": "Mo-Fr 09:00-17:00",
        "Mon-Fri 1-5pm": "Mo-Fr 13:00-17:00",
        "Weekdays 8-11pm": "Mo-Fr 20:00-23:00",
        "Mon, Wed 10:00-12:00; Fri 14.00-16.00": "Mo,We 10:00-12:00; Fr 14:00-16:00",
        "Mon 9-12\nTue 14-16": "Mo 09:00-12:00; Tu 14:00-16:00",
        "Mon-Fri 8.30-16.30. Sat 10-12": "Mo-Fr 08:30-16:30; Sa 10:00-12:00",
        "Mon-Fri 9:00:00-17:00:00": "Mo-Fr 09:00-17:00",
        "Mon-Fri 9-5, closed weekends": "Mo-Fr 09:00-17:00; Sa-Su off",
        "Mon-Fri 6am-10pm": "Mo-Fr 06:00-22:00",
        "Mon-Fri 20:00-24:00": "Mo-Fr 20:00-24:00",
        "24 hours a day, 7 days a week": "24/7",
        "lundi au vendredi 9h-17h": "Mo-Fr 09:00-17:00",
        "9 to 5": None,  # on which days
        "9-1, 2-5": None,
        "Mon-Fri 8-10": None,  # in the morning or in the evening
        "Mon-Fri 17-5": None,
        "Mon-Fri 09:00-05:00": None,
        "Mon-Fri 09:00-17:00, Sat 10-2": None,  # 24 hours, then 2
        "Fri 10pm-2am": None,
        "Mon-Fri 5am-10pm": None,  # longer than 16 hours
        "Mon-Sun 12am-12pm": None,
        "Mon-Fri 00:00-00:00": None,
        "Mon-Fri 9-5 closed 12-1": None,
        "Mon-Fri 9-5, closed Wed": None,
        "Mon-Fri 9-12; Mon-Fri 14-17": None,  # the second rule would take the place of the first
        "Mon-Fri 14-17, 9-12": None,
        "1st Monday 9-12": None,
        "Mon 9-12 Tue 14-16": None,  # which day is whose
        "Monday to Friday mornings": None,
        "Mon-Fri 9-17 except holidays": None,
        "Mon-Fri 9/17": None,
        "24.7.": None,
        "by appointment": None,
        "after 17": None,
    },
    "IT": {
        "dal lunedì al venerdì dalle 9 alle 13": "Mo-Fr 09:00-13:00",
        "Lun-Ven 9-13 / 15-18": "Mo-Fr 09:00-13:00,15:00-18:00",
        "lun. mer. ven. 9.00-12.30": "Mo,We,Fr 09:00-12:30",
        "martedì e giovedì ore 15.00-18.00": "Tu,Th 15:00-18:00",
        "L-V 9-13": "Mo-Fr 09:00-13:00",
        "Tutti i giorni 8:00-20:00": "Mo-Su 08:00-20:00",
        "H24": "24/7",
        "24 ore su 24": "24/7",
        "dalle 9 alle 13": None,  # on which days
        "L-V 9-1": None,
        "M 9-13": None,  # martedì, mercoledì
        "H-P 8-16": None,  # Hungarian letters
        "Mo-Do 9-12": None,
        "feriali 9-17": None,  # with or without Saturday
        "Lun - Ven: 9,00 - 13,00": None,
        "lun-ven 9-12.30-16": None,
    },
    "MT": {
        "It-Tnejn sal-Ġimgħa 08:00-16:00": "Mo-Fr 08:00-16:00",
        "mit-Tnejn sal-Ħamis 9:00-12:00": "Mo-Th 09:00-12:00",
        "l-Erbgħa u s-Sibt 9:00-12:00": None,  # an article that is not listed
        "Mon to Fri 9-1, 2-5": "Mo-Fr 09:00-13:00,14:00-17:00",
        "Mon-Fri 08.00-16.00hrs": "Mo-Fr 08:00-16:00",
        "0800-1600hrs Mon-Fri": "Mo-Fr 08:00-16:00",
        "lejl u nhar": "24/7",
        "9 to 5": None,
        "It-Tnejn 8-10": None,
    },
    "NL": {
        "ma t/m do 9.00-17.00 uur, vr 9.00-12.30 uur": "Mo-Th 09:00-17:00; Fr 09:00-12:30",
        "maandag tot en met vrijdag 09:00-17:00": "Mo-Fr 09:00-17:00",
        "ma-vr 9-17, za en zo gesloten": "Mo-Fr 09:00-17:00; Sa,Su off",
        "Elke dag van 10 tot 22 uur": "Mo-Su 10:00-22:00",
        "24 uur per dag": "24/7",
        "24 uur per dag, 7 dagen per week": "24/7",
        "d 9-17": None,  # dinsdag, donderdag
        "ma-vr 9-5": None,
        "za gesloten": None,
        "tijdens kantooruren": None,
    },
    "PL": {
        "pon.-pt. 8:00-16:00": "Mo-Fr 08:00-16:00",
        "od poniedziałku do piątku w godz. 8:00–16:00": "Mo-Fr 08:00-16:00",
        "pn-pt 8-16, sob. 9-13": "Mo-Fr 08:00-16:00; Sa 09:00-13:00",
        "wt., czw. 12:00-18:00": "Tu,Th 12:00-18:00",
        "codziennie 10-18": "Mo-Su 10:00-18:00",
        "całodobowo": "24/7",
        "Mo-Fr 9-17": "Mo-Fr 09:00-17:00",
        "do 9-12": None,  # donderdag elsewhere
        "p-p 8-16": None,
        "dni powszednie 8-16": None,
    },
    "SI": {
        "od ponedeljka do petka od 8. do 16. ure": "Mo-Fr 08:00-16:00",
        "pon.–čet.: 8.00–15.00, pet.: 8.00–13.00": "Mo-Th 08:00-15:00; Fr 08:00-13:00",
        "sreda in petek 9-12": "We,Fr 09:00-12:00",
        "24 ur na dan": "24/7",
        "So 9-12": None,  # sobota, Sonntag
        "ob delavnikih 8-16": None,  # with or without Saturday
        "vsak dan": None,
    },
}
ROWS = [(country, *row) for country, rows in TABLE.items() for row in rows.items()]
SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


@pytest.mark.parametrize(("country", "text", "expected"), ROWS)
def test_hours_in_words_with_one_meaning_are_proposed(country, text, expected):
    assert propose_hours(text, country) == (expected or "")


def test_examples_of_every_country_include_read_and_unread_texts():
    assert TABLE.keys() == set(COUNTRIES)
    assert all({None} < set(rows.values()) for rows in TABLE.values())


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_language_of_a_country_has_hours_words(country):
    tags = set(vocabulary.countries()[country].languages) - {"ga"}  # English is read there

    assert tags <= hours_words.languages().keys()


@st.composite
def texts(draw):
    """Texts of days, times and the words between them, mostly in one language."""
    words = hours_words.languages()[draw(st.sampled_from(sorted(hours_words.languages())))]
    days = [name for day in hours_words.DAYS for name in getattr(words, day.lower())]
    between = ["-", " - ", ", ", "; ", " ", "/", *(f" {each} " for each in words.to + words.joins)]
    times = st.builds(
        "{}{}{}".format,
        st.integers(0, 25),
        st.sampled_from(["", "", ":00", ".30", "h", "h15"]),
        st.sampled_from(["", "", "am", " pm", " h", " uur"]),
    )
    part = st.one_of(st.sampled_from(days), times, st.sampled_from(days))
    found = [draw(part)]
    for _ in range(draw(st.integers(2, 6))):
        found += [draw(st.sampled_from(between)), draw(part)]
    return "".join(found)


@given(texts(), st.sampled_from(COUNTRIES))
def test_no_proposal_passes_midnight_or_is_longer_than_sixteen_hours(text, country):
    said = propose_hours(text, country)

    for match in SPAN.finditer(said):
        begin_hour, begin_minute, end_hour, end_minute = map(int, match.groups())
        length = (end_hour - begin_hour) * 60 + end_minute - begin_minute
        assert 0 < length <= (24 * 60 if "24" in text else 16 * 60)


@given(st.one_of(st.text(max_size=60), texts()), st.sampled_from(COUNTRIES))
def test_proposed_hours_are_parsable_without_warnings(text, country):
    said = propose_hours(text, country)

    assert hours.parse(said, vocabulary.countries()[country].zone, country) is not None
    assert "rule_overridden" not in hours.warnings(said)


def test_word_with_two_meanings_in_one_language_is_refused(monkeypatch):
    words = hours_words.Words(code="en", mo=("Mo",), tu=("mo",))
    monkeypatch.setattr(hours_words, "languages", lambda: {"en": words})
    hours_words._token_by_phrase.cache_clear()

    with pytest.raises(DataError) as refusal:
        hours_words.tokenize("Mo 9-12", "en")

    hours_words._token_by_phrase.cache_clear()
    assert "two things" in str(refusal.value)
