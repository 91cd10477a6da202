"""Texts that reveal a location, and texts that only describe a service."""

import csv

import pytest
from django.conf import settings
from hypothesis import assume, given, strategies as st

from protect.directory.protection import address_patterns

STARTER = settings.BASE_DIR / "protect/directory/data/services/services.csv"


# Names of buildings and of clinics without a street or a landmark. No rule tells them from other
# names (docs/limits.md), so an editor of a shelter must not type one.
BUILDINGS = {
    "A3 Towers", "Amphia hospital", "Catharina hospital", "Centro Donna", "Dawret it-Torri",
    "Elisabeth Wolffstraat", "Maastricht UMC+",
    "Emergency department (Urgencias) of the hospitals named in the description",
    "Ospedale di Careggi", "PAC de Ourense (out-of-hours primary care point)", "UMC Utrecht",
    "Torre Asima, Polígon de Son Castelló", "Zorghotel Drie Eiken, UZA site",
}  # fmt: skip


def starter_addresses() -> list[str]:
    with STARTER.open(encoding="utf-8") as file:
        return sorted({row["address"] for row in csv.DictReader(file)} - {"", *BUILDINGS})


def towns() -> list[str]:
    with STARTER.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return sorted({f"{row['postal_code']} {row['city']}" for row in rows if row["postal_code"]})


FRAMES = (
    "{}",
    "They moved to {} last year.",
    "It is at {}",
    "Ils sont maintenant {}.",
    "Se han mudado a {}, creo",
    "Jest teraz {} i nikt nie odbiera",
    "Сега е на {}.",
    "هم الآن في {}",
    "Line one.\n{}\nLine three.",
)
PLACES = (
    "Demostraat 12",
    "demostraat 12a",
    "12, rue du Démo",
    "Rue du Démo",
    "C/ Demo 10",
    "calle demo 10",
    "Carrer de la Demo, 4",
    "via Demo 25",
    "Via dei Demo, 25",
    "Piazza Demo",
    "Triq id-Demo",
    "14 Triq id-Demo",
    "ul. Demowa 5/7",
    "ul. Demowa",
    "Demova ulica 5",
    "Slovenska cesta 9",
    "Demo utca 18",
    "1052 Budapest, Demo tér 3.",
    "ул. Демо 5",
    "бул. „Демо“ 12",
    "Οδός Ντέμο 12",
    "Λεωφόρος Ντέμο 4",
    "Ντέμο 12, 104 32 Αθήνα",
    "12 Demo Road",
    "Demo Road",
    "شارع ديمو 12",
    "شارع ديمو ١٢",
    "خیابان دمو ۱۲",
    "вулиця Демо 7",
    "Demo Sokak 5",
    "1012 AB",
    "31-141 Kraków",
    "D02 AF30",
    "VLT 1445",
    "B-1000",
    "SI-1000 Ljubljana",
    "código postal 28014",
    "50.8503, 4.3517",
    "50,8503 4,3517",
    "50°51'N 4°21'E",
    "N 50.8503 E 4.3517",
    "9F26VX22+X2",
    "VX22+X2 Demo",
    "///demo.words.here",
    "filled.count.soap",
    "https://maps.app.goo.gl/demo",
    "www.google.com/maps/place/demo",
    "google.be/maps?q=demo",
    "https://www.openstreetmap.org/#map=19/50.8/4.3",
    "osm.org/go/demo",
    "maps.apple.com/?q=demo",
    "waze.com/ul/demo",
    "w3w.co/demo",
    "geo:50.8,4.3",
)
ORDINARY = (
    "The number does not work.",
    "Nobody answers, I called 3 times on Monday.",
    "They only open on Tuesday from 9 to 12.",
    "Open 9:00-17:00, closed at the weekend",
    "They moved in March 2026.",
    "In 2026 Maria told me that it is closed.",
    "The street is closed for 3 days",
    "I waited on the road for 2 hours.",
    "There were 4 women in the street.",
    "It is no safe place.",
    "It costs 20 euros for 1 hour.",
    "The new number is 0800 98 100.",
    "Call +35621000001 instead.",
    "call 116 016",
    "You reach them via WhatsApp.",
    "I wrote via Facebook 3 times.",
    "They take women from 18 to 65 with 2 children.",
    "On the 1st of May they were closed.",
    "They asked for 2 documents and a paper of the police.",
    "There is no interpreter for Tigrinya, only for Arabic.",
    "They did not take my son, he is 14.",
    "I was sent away twice. They speak English only.",
    "The shelter is full since 14 November.",
    "Ils ne répondent pas depuis 3 mois.",
    "La rue est fermée depuis 3 mois.",
    "C'est fermé le lundi, ouvert de 9h à 12h30.",
    "Il faut payer 50 € par séance",
    "Elles parlent français et un peu d'anglais.",
    "Ze nemen niet op, ik heb 4 keer gebeld.",
    "Alleen open op dinsdag van 9 tot 12 uur.",
    "Sie haben nur bis 16 Uhr offen.",
    "Niemand geht ans Telefon, 5 Tage lang.",
    "No contestan desde hace 2 semanas.",
    "Solo abren los martes de 9 a 13 horas.",
    "Cierran a las 5 en agosto.",
    "No agafen el telèfon des de fa 3 dies.",
    "Non rispondono da 3 giorni.",
    "Aperto solo il giovedì dalle 9 alle 12.",
    "Nikt nie odbiera od 2 tygodni.",
    "Otwarte tylko we wtorki od 9 do 15.",
    "Nitko se ne javlja 3 dana.",
    "Rade samo od 8 do 16 sati.",
    "Nihče se ne oglasi že 2 tedna.",
    "Senki nem veszi fel, 3 napja hívom.",
    "Csak 9 órától 15 óráig vannak nyitva.",
    "Никой не вдига от 2 седмици.",
    "Работят само от 9 до 17 часа.",
    "Δεν απαντούν εδώ και 3 μέρες.",
    "Ανοιχτά μόνο 9 με 15.",
    "Ħadd ma jirrispondi, ċempilt 3 darbiet.",
    "لا أحد يرد منذ 3 أيام.",
    "اتصلت ٣ مرات ولم يرد أحد",
    "هیچ کس جواب نمی دهد، ۳ روز زنگ زدم.",
    "Никто не отвечает 3 дня.",
    "Ніхто не відповідає вже 2 тижні.",
    "ማንም አይመልስም፣ 3 ጊዜ ደወልኩ።",
    "",
    " ",
    "12",
)


@pytest.mark.parametrize("address", [*starter_addresses(), *towns(), *PLACES])
def test_address_is_recognised(address):
    assert address_patterns.resembles_address(address)


@pytest.mark.parametrize("sentence", ORDINARY)
def test_ordinary_sentence_is_not_an_address(sentence):
    assert not address_patterns.resembles_address(sentence)


@pytest.mark.parametrize("frame", FRAMES)
def test_address_is_recognised_at_any_position(frame):
    texts = [frame.format(address) for address in [*starter_addresses(), *PLACES]]

    assert [text for text in texts if not address_patterns.resembles_address(text)] == []


@given(
    st.text("abcdefghijklmnoprstuvz", min_size=4, max_size=12),
    st.sampled_from(["Rue", "Calle", "ul.", "ул.", "Triq", "via", "Λεωφόρος", "Carrer de la"]),
)
def test_numbered_street_is_recognised_in_any_case(name, kind):
    text = f"{kind} {name.capitalize()} 12"
    assume(name not in address_patterns.word_list("stops") | address_patterns.word_list("units"))

    assert all(map(address_patterns.resembles_address, (text, text.upper(), text.lower())))


@given(st.lists(st.sampled_from(ORDINARY), max_size=4))
def test_joined_ordinary_sentences_are_not_an_address(sentences):
    assert not address_patterns.resembles_address("\n".join(sentences))


@given(st.text(max_size=200))
def test_any_text_can_be_checked_for_an_address(text):
    assert address_patterns.resembles_address(text) in {True, False}
