"""Names in Swedish order."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from hembesok.values.names import swedish_order

letters = st.text("aåäæbeéoöøuüzAÅÄÖZ -", max_size=6)


def test_the_alphabet_ends_in_å_ä_ö():
    names = ["Örjan", "Zara", "Ägir", "Anna", "Åsa", "Olle", "Elsa"]
    assert sorted(names, key=swedish_order) == [
        "Anna", "Elsa", "Olle", "Zara", "Åsa", "Ägir", "Örjan",
    ]  # fmt: skip


def test_it_does_so_inside_names_too():
    assert sorted(["Hån", "Han", "Hzn", "Hön", "Hän"], key=swedish_order) == [
        "Han", "Hzn", "Hån", "Hän", "Hön",
    ]  # fmt: skip


def test_other_accents_sort_as_their_letter():
    names = ["Andreas", "André", "Ander", "Lindén", "Linder", "Linda"]
    assert sorted(names, key=swedish_order) == [
        "Ander", "André", "Andreas", "Linda", "Lindén", "Linder",
    ]  # fmt: skip


def test_danish_letters_sort_with_their_swedish_cousins():
    assert sorted(["Öst", "Ær", "Ål", "Øst", "Zoe"], key=swedish_order) == [
        "Zoe", "Ål", "Ær", "Öst", "Øst",
    ]  # fmt: skip


@given(letters)
def test_capitals_and_ways_of_writing_an_accent_make_no_difference(name: str):
    place = swedish_order(name)[0]
    for form in ("NFC", "NFD"):
        assert swedish_order(unicodedata.normalize(form, name))[0] == place
    assert swedish_order(name.upper())[0] == swedish_order(name.lower())[0] == place


@given(letters, letters)
def test_two_names_share_a_place_only_when_they_are_one_name(one: str, other: str):
    assert (swedish_order(one) == swedish_order(other)) is (one == other)
