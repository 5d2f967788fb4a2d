"""Languages by the names that Swedish lists give them, and their codes (BCP 47)."""

import re
from typing import Final

_NAMES: Final = """
aa afar
af afrikaans
am amhariska, amharic
ar arabiska, arabic, arab
arc assyriska, syrianska, kaldeiska, nyarameiska, assyrian, syriac, suryoyo
az azerbajdzjanska, azeriska, azerbaijani
be belarusiska, vitryska, belarusian
bg bulgariska, bulgarian
bn bengali, bengaliska
bs bosniska, bosnian
ckb sorani, kurdiska sorani, sydkurdiska, centralkurdiska, sorani kurdish
cs tjeckiska, czech
da danska, danish
de tyska, german
el grekiska, greek
en engelska, english
es spanska, spanish
et estniska, estonian
fa persiska, farsi, persian
fi finska, finnish
fil filippinska, tagalog, filipino
fit meänkieli, tornedalsfinska
fr franska, french
gu gujarati
he hebreiska, hebrew
hi hindi
hr kroatiska, croatian
hu ungerska, hungarian
hy armeniska, armenian
id indonesiska, indonesian
is isländska, icelandic
it italienska, italian
ja japanska, japanese
ka georgiska, georgian
kk kazakiska, kazakh
kmr kurmanji, kurmandji, kurdiska kurmanji, nordkurdiska, badinani
ko koreanska, korean
ku kurdiska, kurdish
ky kirgiziska, kyrgyz
ln lingala
lt litauiska, lithuanian
lv lettiska, latvian
mk makedonska, macedonian
ml malayalam
mn mongoliska, mongolian
my burmesiska, burmese
ne nepali, nepalesiska
nl nederländska, holländska, dutch
no norska, nb, bokmål, norwegian
om oromo, oromiska
pa punjabi, panjabi
pl polska, polish
prs dari
ps pashto, pashtu
pt portugisiska, portuguese
rom romani, romska, romani chib
ro rumänska, moldaviska, romanian
ru ryska, russian
rw kinyarwanda, rwanda
se nordsamiska, samiska, northern sami
si singalesiska, sinhala
sk slovakiska, slovak
sl slovenska, slovenian
sma sydsamiska
smj lulesamiska
so somaliska, somali
sq albanska, albanian
sr serbiska, serbian
swl svenskt teckenspråk, teckenspråk, swedish sign language
sv svenska, swedish
sw swahili
ta tamil, tamilska
te telugu
tg tadzjikiska, tajik
th thailändska, thai
ti tigrinja, tigrinska, tigrinya
tig tigre
tk turkmeniska, turkmen
tr turkiska, turkish
ug uiguriska, uyghur
uk ukrainska, ukrainian
ur urdu
uz uzbekiska, uzbek
vi vietnamesiska, vietnamese
wo wolof
yi jiddisch, yiddish
yo yoruba
zh kinesiska, mandarin, chinese
zh-yue kantonesiska, cantonese
"""

_CODES: Final = [line.split(" ", 1)[0] for line in _NAMES.split("\n") if line]
LANGUAGES: Final = {
    name: code
    for line in _NAMES.split("\n")
    if line
    for code, names in [line.split(" ", 1)]
    for name in (code, *names.split(", "))
}
"""Each name and each code, in small letters, to the code."""


def language_code(text: str) -> str | None:
    """Return the code for a language's name or code; None when it is neither, or two at once."""
    plain = " ".join(re.sub(r"[(),./_]", " ", text.casefold()).split())
    if found := LANGUAGES.get(plain):
        return found
    # sv-SE and nb-NO: what stands after the language is a country.
    language, _hyphen, country = plain.partition("-")
    return LANGUAGES.get(language) if re.fullmatch(r"[a-z]{2}", country, re.ASCII) else None
