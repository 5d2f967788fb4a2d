"""Sealing: what was sealed comes back whole, or not at all."""

import base64
import hashlib
import tomllib
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hembesok.access.keyring import SECTIONS, KeyProblem, Keyring

ON = date(2026, 11, 24)
LATER = date(2027, 11, 1)


def ring_of(seed: str) -> Keyring:
    """A keyring as `fresh` makes it, with the same keys each time: test runs must be alike."""
    text = Keyring.fresh(ON).text()
    for section, ring in Keyring.parse(text, "").sections.items():
        was = tomllib.loads(text)[section]["keys"][ring.newest]
        key = base64.b64encode(hashlib.sha256(f"{seed} {section}".encode()).digest()).decode()
        text = text.replace(was, key)
    return Keyring.parse(text, "a new keyring")


RING = ring_of("ours")
OTHER = ring_of("another")
"""Other keys under the same ids."""
WIDER = Keyring.parse(RING.with_new_key("seal", LATER).with_new_key("index", LATER).text(), "wider")
PHONE, NAME = "families.guardian.phone", "families.guardian.given_name"

texts = st.text()
contexts = st.sampled_from([PHONE, NAME, "families.family.address"])


@given(texts, contexts)
def test_what_is_sealed_comes_back(text: str, context: str):
    sealed = RING.seal(text, context)
    assert sealed.startswith("2026-11:")
    assert RING.unseal(sealed, context) == text
    assert RING.seal(text, context) != sealed, "each time another"
    assert WIDER.unseal(sealed, context) == text, "an old key still opens"


@given(st.text(min_size=4))
def test_what_is_sealed_does_not_show(text: str):
    sealed = RING.seal(text, PHONE).partition(":")[2]
    assert text.encode() not in base64.b64decode(sealed)


@given(texts)
def test_another_column_or_another_key_does_not_open_it(text: str):
    sealed = RING.seal(text, PHONE)
    for ring, context in ((RING, NAME), (OTHER, PHONE)):
        with pytest.raises(KeyProblem, match=r"does not open with the key '2026-11' of \[seal\]"):
            ring.unseal(sealed, context)


@pytest.mark.parametrize("text", ["", "D", "Da", "Dan"], ids=len)
def test_each_bit_counts_also_those_that_base64_leaves_over(text: str):
    sealed = WIDER.seal(text, PHONE).encode()
    for place in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(KeyProblem):
            WIDER.unseal(changed.decode("latin-1"), PHONE)


@given(texts, st.data())
def test_one_flipped_bit_anywhere_and_it_does_not_open(text: str, data: st.DataObject):
    sealed = WIDER.seal(text, PHONE).encode()
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    changed = bytearray(sealed)
    changed[place // 8] ^= 1 << place % 8
    with pytest.raises(KeyProblem):
        WIDER.unseal(changed.decode("latin-1"), PHONE)


@given(st.text(min_size=1) | st.from_regex(r"[A-Za-z0-9+/=:. ]{1,60}", fullmatch=True))
def test_what_was_never_sealed_is_refused_and_not_repeated(text: str):
    with pytest.raises(KeyProblem) as problem:
        RING.unseal(text, PHONE)
    assert "never was, or it is damaged" in str(problem.value)
    assert str(problem.value) == str(_problem("Amina: 070-174 06 12")), "whatever it was"


def _problem(stored: str) -> KeyProblem:
    with pytest.raises(KeyProblem) as problem:
        RING.unseal(stored, PHONE)
    return problem.value


def test_the_key_that_is_lacking_is_named_with_where_it_was_looked_for():
    sealed = WIDER.seal("Dana", NAME)
    with pytest.raises(KeyProblem, match=r"'2027-11' of \[seal\] is needed and is not in a new"):
        RING.unseal(sealed, NAME)
    with pytest.raises(KeyProblem, match=r"'2027-11' of \[trail\]"):
        RING.mac(b"", key="2027-11")


def test_half_a_character_is_no_text():
    for act in (RING.seal, RING.blind):
        with pytest.raises(ValueError, match="half a character") as error:
            act("Dana \ud800", NAME)
        assert "Dana" not in str(error.value)


@given(texts, texts, contexts, contexts)
def test_an_index_is_equal_for_equal_values_of_one_column_only(a: str, b: str, c: str, d: str):
    assert RING.blind(a, c) == RING.blind(a, c)
    assert (RING.blind(a, c) == RING.blind(b, d)) == ((a, c) == (b, d))
    assert RING.blind(a, c) != OTHER.blind(a, c)


@given(texts)
def test_in_a_rotation_a_value_is_looked_for_under_every_index_key(value: str):
    assert WIDER.blinds(value, PHONE) == [WIDER.blind(value, PHONE), RING.blind(value, PHONE)]
    assert [index.partition(":")[0] for index in WIDER.blinds(value, PHONE)] == [
        "2027-11",
        "2026-11",
    ]


@given(st.binary(), st.binary())
def test_the_code_of_the_trail_is_of_the_data_and_the_key(a: bytes, b: bytes):
    key, code = RING.mac(a)
    assert (key, len(code)) == ("2026-11", 64)
    assert RING.mac(a, key=key) == (key, code)
    assert (RING.mac(b)[1] == code) == (a == b)
    assert OTHER.mac(a)[1] != code
    wider = RING.with_new_key("trail", LATER)
    assert wider.mac(a, key=key) == (key, code)
    assert wider.mac(a)[0] == "2027-11"


@given(st.lists(st.tuples(st.sampled_from(SECTIONS), st.dates(ON, LATER)), max_size=6))
def test_keys_that_are_added_are_the_newest_and_take_nothing_away(adds: list[tuple[str, date]]):
    rings = [RING]
    for section, on in adds:
        rings.append(rings[-1].with_new_key(section, on))
        assert rings[-1].sections[section].newest.startswith(f"{on:%Y-%m}")
    for before, after in pairwise(rings):
        for section in SECTIONS:
            old, new = before.sections[section].keys, after.sections[section].keys
            assert old.items() <= new.items()
    again = Keyring.parse(rings[-1].text(), "again")
    for section in SECTIONS:
        assert again.sections[section].ids == rings[-1].sections[section].ids
        assert again.sections[section].keys == rings[-1].sections[section].keys


def key(ring: Keyring, section: str) -> str:
    """A key as the file has it."""
    written: dict[str, Any] = tomllib.loads(ring.text())
    return str(written[section]["keys"]["2026-11"])


SEAL, INDEX = key(RING, "seal"), key(RING, "index")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (f'"{SEAL}"', SEAL, r"keys.toml is not TOML \(at line \d+, column \d+\)"),
        (f'"{SEAL}"', f'"{SEAL}', r"keys.toml is not TOML"),
        ("[seal]", "[sael]", r"\[sael\] is none of the sections seal, index, trail"),
        ("[seal]", f"[{SEAL.rstrip('=').replace('+', '-').replace('/', '_')}]", "none of the"),
        ("[trail]", "[x.trail]", r"is none of the sections"),
        ("[index.keys]", "[index.kyes]", r"\[index\] and \[index.keys\] are missing"),
        ('newest = "2026-11"', 'newest = "2026-12"', r"newest of \[seal\] names none"),
        ('newest = "2026-11"', "newest = 2026", r"newest of \[seal\] names none"),
        (SEAL, SEAL[4:], r"\[seal.keys\]: the key '2026-11' is not 32 bytes in base64"),
        (SEAL, SEAL[:-1], r"'2026-11' is not 32 bytes"),
        (SEAL, "å" * 43, r"'2026-11' is not 32 bytes"),
        (f'"{SEAL}"', "32", r"'2026-11' is not 32 bytes"),
        (f'"2026-11" = "{SEAL}"', f'"{SEAL}" = "2026-11"', "the wrong way round"),
        (SEAL, INDEX, "two ids hold the same key"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_and_no_key_is(old: str, new: str, words: str):
    broken = RING.text().replace(old, new, 1)
    assert broken != RING.text()
    with pytest.raises(KeyProblem, match=words) as problem:
        Keyring.parse(broken, "keys.toml")
    told = str(problem.value)
    assert "keys.toml" in told
    assert not any(part in told for part in (SEAL[:8], SEAL[8:16], SEAL[-12:], INDEX[:8]))


def test_a_keyring_that_is_printed_shows_no_key():
    shown = f"{RING} {RING!r} {RING.sections['seal']!r}"
    assert SEAL not in shown
    assert repr(RING.sections["seal"].keys["2026-11"]) not in shown
