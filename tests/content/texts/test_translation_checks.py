"""What is refused in a translation, and what is only a hint."""

import pytest

from protect.content.texts.translation_checks import find_problems

SOURCE = "Call {emergency} within 72 hours. “Do you help men?”"


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("fr", "Appelez le {emergency} dans les 72 heures. « Aidez-vous les hommes ? »"),
        ("ar", "اتصل بالرقم {emergency} خلال ٧٢ ساعة. «هل تساعدون الرجال؟»"),
        ("fa", "ظرف ۷۲ ساعت با {emergency} تماس بگیرید. «به مردان کمک می‌کنید؟»"),
        ("bn", "{emergency} নম্বরে ৭২ ঘণ্টার মধ্যে ফোন করুন। “আপনারা কি পুরুষদের সাহায্য করেন?”"),
        ("ti", "ኣብ ውሽጢ 72 ሰዓት ናብ {emergency} ደውሉ። “ንሰብኡት ትሕግዙ ዶ፧”"),
    ],
)
def test_a_number_may_stand_in_the_digits_of_the_language(tag, text):
    assert find_problems(SOURCE, text, tag).refusing == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Appelez le {emergency} dans les 27 heures.", "numbers"),
        ("اتصل بالرقم {emergency} خلال ٢٧ ساعة.", "numbers"),
        ("Appelez dans les 72 heures.", "pythonbraceformat"),
        ("Appelez le {urgence} dans les 72 heures.", "pythonbraceformat"),
        ("Appelez le {emergency} \u202edans\u202c les 72 heures.", "direction"),
        ("Appelez le {emergency} \u2067dans les 72 heures.", "direction"),
        ("Appelez le {emergency} dans les 72 heures.\u200b", "direction"),
        ("Appelez le {emergency} dans les 72 heures {{ici}}.", "pythonbraceformat"),
        ("Appelez le {emergency} dans les 72 heures {ici.", "pythonbraceformat"),
        ("Appelez le {emergency} dans les 72 heures et ½.", "numbers"),
        ("{emergency} ኣብ 72 ሰዓት ፸", "numbers"),
        ("Appelez le {emergency} dans les 72 heures: www.demo.example", "contact"),
        ("Appelez le {emergency} dans les 72 heures: a@demo.example", "contact"),
        ("Appelez le {emergency} dans les 72 heures. " + "A" * 2000, "too_long"),
    ],
)
def test_what_could_send_a_reader_wrong_is_refused(text, problem):
    assert problem in find_problems(SOURCE, text, "fr").refusing


@pytest.mark.parametrize(
    ("source", "text", "hint"),
    [
        ("Ask first.", "Demandez d’abord", "endpunc"),
        ("From 14 to 17.", "De 17 à 14.", "order"),
        ("Ask first.", "Demandez " + "vraiment très longtemps " * 3 + ".", "long"),
        ("You decide. " * 9, "Vous décidez " * 14 + ".", "hard"),
    ],
)
def test_what_may_be_right_is_a_hint(source, text, hint):
    problems = find_problems(source, text, "fr")

    assert hint in problems.hints
    assert problems.refusing == ()


def test_a_language_that_the_library_does_not_know_is_checked_as_well():
    assert find_problems("Within 72 hours", "27", "kmr").refusing == ("numbers",)
