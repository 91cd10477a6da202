from hypothesis import given, strategies as st

from protect.kernel import ids


@given(st.text(), st.text())
def test_a_code_has_six_letters_of_the_alphabet(kind, stable_id):
    code = ids.short_code(kind, stable_id)

    assert len(code) == ids.SHORT_CODE_LENGTH
    assert set(code) <= set(ids.ALPHABET)


def test_printed_codes_never_change():
    assert ids.short_code("place", 2562305) == "ns8wfx"  # Valletta, as it stands on paper


def test_code_is_printed_in_two_groups_and_normalised_when_typed():
    assert ids.format_short_code("ns8wfx") == "ns8-wfx"
    for typed in ("ns8wfx", "NS8-WFX", " ns8 wfx ", "n s 8 w f x", "ns8–wfx."):
        assert ids.normalise_code(typed) == "ns8wfx"


def test_a_secret_for_paper_has_unmistakable_letters_and_is_too_long_to_guess():
    drawn = {ids.generate_secret() for _ in range(50)}

    assert len(drawn) == 50
    assert all(set(each) <= set(ids.ALPHABET) for each in drawn)
    assert len(ids.ALPHABET) ** min(map(len, drawn)) >= 2**96


def test_objects_of_different_kinds_have_different_codes():
    assert ids.short_code("place", 1) != ids.short_code("area", 1)


def test_a_uuid_is_the_same_each_time_and_differs_by_source():
    assert ids.stable_uuid("service", "a", "1") == ids.stable_uuid("service", "a", "1")
    assert ids.stable_uuid("service", "a", "1") != ids.stable_uuid("service", "b", "1")
