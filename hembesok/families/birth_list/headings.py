"""What the headings of real lists mean, in Swedish and English."""

import re
import unicodedata
from typing import Final

from hembesok.families.birth_list.fields import Field


def field_named(text: str) -> tuple[Field, int] | None:
    """Return the field a heading names, and how well: 0 is best."""
    whole = plain(text)
    # What stands in brackets is often how to write: Personnummer (ÅÅÅÅMMDD-NNNN).
    for words in (whole, plain(re.sub(r"\([^)]*\)?", " ", text))):
        if words in _HEADINGS:
            return _HEADINGS[words]
        if guess := _of_guardian(words):
            return guess
    return None


def plain(text: str) -> str:
    """Return a heading as headings are compared: small letters, single spaces, no signs."""
    folded = unicodedata.normalize("NFC", text[:200]).casefold()
    return " ".join(re.sub(r"[^\w]|_", " ", re.sub(r"(\d+)", r" \1 ", folded)).split())


_GUARDIAN: Final = re.compile(
    r"(?P<who>vårdnadshavarens|vårdnadshavares|vårdnadshavare|vh|vhs|förälders|förälder|föräldern"
    r"|guardians|guardian|parents|parent"
    r"|(?P<one>mammans|mammas|mamma|moderns|moder|mors|mor|mother|mothers)"
    r"|(?P<two>pappans|pappas|pappa|faderns|fader|fars|far|father|fathers|medförälders|medförälder"
    r"|partner|partners))(?: s)?\b"
)


def _of_guardian(words: str) -> tuple[Field, int] | None:
    match = _GUARDIAN.search(words)
    if match is None:
        return None
    rest = (words[: match.start()] + words[match.end() :]).split()
    numbers = [word for word in rest if word in ("1", "2", "ett", "två", "one", "two")]
    second = bool(match["two"]) or bool({"2", "två", "two"} & set(numbers))
    kind = " ".join(word for word in rest if word not in numbers)
    if kind not in _OF_GUARDIAN or len(numbers) > 1:
        return None
    first_field, second_field, rank = _OF_GUARDIAN[kind]
    return (second_field if second else first_field), rank


_NAME: Final = (Field.GUARDIAN1_NAME, Field.GUARDIAN2_NAME)
_NUMBER: Final = (Field.GUARDIAN1_IDENTIFIER, Field.GUARDIAN2_IDENTIFIER)
_PHONE: Final = (Field.GUARDIAN1_PHONE, Field.GUARDIAN2_PHONE)


def _ranked(fields: tuple[Field, Field], words: str) -> dict[str, tuple[Field, Field, int]]:
    return {word: (*fields, rank) for rank, word in enumerate(words.split(", "))}


_OF_GUARDIAN: Final = {
    **_ranked(_NAME, "namn, name, , förnamn, tilltalsnamn, efternamn, first name, given name, "
                     "last name, surname, family name, fullständigt namn, full name"),
    **_ranked(_NUMBER, "personnummer, pnr, person nr, personnr, person id, personal number, "
                       "personal identity number, identity number, id nummer, id nr, id, "
                       "samordningsnummer, födelsenummer, lma nummer"),
    **_ranked(_PHONE, "mobil, mobiltelefon, mobilnummer, mobilnr, telefon, telefonnummer, "
                      "telefon mobil, telefonnr, tel, tel nr, tfn, mobile, mobile phone, phone, "
                      "phone number, cell phone"),
}  # fmt: skip

_WORDS: Final = {
    Field.CHILD_IDENTIFIER: "barnets personnummer, barnets pnr, barn personnummer, barnets id, "
    "barnets identitet, barnets person nr, personnummer barn, personnummer barnet, pnr barn, "
    "child identifier, child personal number, child s personal number, child identity number, "
    "child s personal identity number, child s identity number, personnummer, pnr, person nr, "
    "personnr, person id, personid, personal identity number, personal number, identity number, "
    "personnummer samordningsnummer, personnummer reservnummer, person samordningsnummer, "
    "person reservnummer, samordningsnummer, reservnummer, id nummer, patient id, patientid",
    Field.BORN: "barnets födelsedatum, födelsedatum barn, child s date of birth, "
    "child date of birth, child s birth date, "
    "födelsedatum, födelsedag, född, född datum, "
    "född den, föddes, fött, födelsedat, födelsetid, fdat, date of birth, birth date, "
    "birthdate, dob, born, birthday, date born",
    Field.EXPECTED: "beräknat datum, beräknad förlossning, beräknat förlossningsdatum, bf, bpu, "
    "beräknad nedkomst, beräknat födelsedatum, expected date, expected date of birth, due date, "
    "expected",
    Field.DISCHARGED: "hem från neonatal, hem från neonatalvård, utskriven från neonatal, "
    "utskriven från neonatalvård, utskriven neonatal, utskrivningsdatum, hemkomst, utskriven, "
    "utskrivning, hemgång, discharged, discharge date, discharged from neonatal care",
    Field.GIVEN_NAME: "barnets tilltalsnamn, barnets förnamn, barnets namn, tilltalsnamn, förnamn, "
    "barn namn, barn förnamn, namn barn, child s given name, child s first name, child s name, "
    "child given name, child first name, child name, given name, first name, barnets för namn, "
    "förnamn barn, namn, name, barn, child, barnet",
    Field.LANGUAGE: "språk, familjens språk, hemspråk, modersmål, tolkspråk, språk för tolk, "
    "vårdnadshavares språk, vårdnadshavarnas språk, språkkod, language, home language, "
    "mother tongue, interpreter language",
    Field.INTERPRETER_NEEDED: "tolk, tolkbehov, behov av tolk, behöver tolk, tolk behövs, "
    "tolk ja nej, interpreter, interpreter needed, needs interpreter",
    Field.ADDRESS: "adress, bostadsadress, folkbokföringsadress, gatuadress, gata, "
    "utdelningsadress, postadress, c o, c o adress, co adress, postnummer, postnr, post nr, "
    "ort, postort, stad, address, street, street address, postal code, postcode, "
    "zip, zip code, city, town, familjens adress, home address, lägenhetsnummer, lgh nr",
    Field.DESO: "deso, deso kod, desokod, deso område, demografiskt statistikområde, deso code",
    Field.REGSO: "regso, regso kod, regsokod, regso område, regionalt statistikområde, regso code",
    Field.FIRST_TIME_PARENT: "förstagångsförälder, förstagångsföräldrar, förstagångs förälder, "
    "förstagångsförälder ja nej, förstföderska, först föderska, första barnet, första barn, "
    "förstabarn, first time parent, first time parents, first child, firstborn",
    Field.FIRST_CHILD_IN_SWEDEN: "första barnet i sverige, första barn i sverige, "
    "första barnet fött i sverige, första barnet födt i sverige, nyanländ första barn i sverige, "
    "first child in sweden, first child born in sweden",
    Field.PROTECTION: "skyddade personuppgifter, skyddad identitet, skyddade uppgifter, "
    "sekretessmarkering, sekretessmarkerad, sekretess, skyddsnivå, skydd, skyddad folkbokföring, "
    "skyddad, personskydd, protected, protected identity, protected personal data, protection, "
    "confidentiality flag",
    Field.CLINIC: "bvc, bvc mottagning, mottagning, mottagning bvc, barnavårdscentral, "
    "vårdcentral, bvc enhet, enhet, bhv enhet, listad bvc, "
    "child health centre, clinic, health centre",
    Field.CODE: "familjekod, kod, lokal kod, familjens kod, familjenummer, family code, code, "
    "local code",
    Field.GUARDIAN1_PHONE: "mobil, mobiltelefon, mobilnummer, mobilnr, telefon, telefonnummer, "
    "telefonnr, tel, tel nr, tfn, kontakttelefon, mobile, mobile phone, phone, phone number, "
    "telephone",
}

# A bare phone number goes after one that says whose it is.
_BARE: Final = 1_000


def _headings() -> dict[str, tuple[Field, int]]:
    found = {
        word: (field, rank + (_BARE if field is Field.GUARDIAN1_PHONE else 0))
        for field, words in _WORDS.items()
        for rank, word in enumerate(words.split(", "))
    }
    # A list written by a program may use our own names.
    for field in Field:
        found.setdefault(plain(field.value.replace("_", " ")), (field, 0))
    return found


_HEADINGS: Final = _headings()
