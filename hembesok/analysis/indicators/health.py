"""What became of the children: screenings, feeding, vaccination, smoke, language.

A child is counted once its window has closed, so that nobody is counted before the time; and
only if it was followed to the end of the window: who moved, died or was cut off is left out,
done or not. Being followed does not end with the programme.
"""

from collections.abc import Sequence
from typing import Any, Final

import ibis.expr.types as ir

from hembesok.analysis.contract import RESULTS
from hembesok.analysis.indicators.defining import (
    Better,
    Counted,
    Counts,
    Doses,
    Indicator,
    Result,
    share,
)
from hembesok.analysis.wide import NEVER, Wide
from hembesok.values.dates import Span

FEEDING: Final = Result("breastfeeding", Span(days=105), Span(days=143))
LANGUAGE: Final = Result("language", Span(months=30), Span(months=41))
SMOKING: Final = {
    "smoke_4w": Result("smoking", Span(days=14), Span(days=56)),
    "smoke_8m": Result("smoking", Span(months=7), Span(months=10)),
    "smoke_18m": Result("smoking", Span(months=17), Span(months=20)),
}


def code_of(kind: str, *results: str) -> list[int]:
    """Return the numbers of some results of a kind of screening, as the wide table has them."""
    return [RESULTS[kind].index(result) for result in results]


def reached(c: Wide, name: str) -> ir.BooleanValue:
    """Tell who was followed to the end of a window that has closed."""
    t, closes = c.table, c.age(f"{name}_to")
    return (t.age > closes) & (t.until.fill_null(NEVER) >= closes)


def covered(c: Wide, name: str) -> ir.BooleanValue:
    """Tell of whom the site's screenings cover the window."""
    return c.covered("screenings", c.age(f"{name}_from"), c.age(f"{name}_to"))


def epds_done(c: Wide) -> Sequence[Counted]:
    """EPDS done, declined, or not offered, among children at 12 weeks."""
    return _three(c, "epds", reached(c, "epds"))


def other_parent_talk(c: Wide) -> Sequence[Counted]:
    """The other parent's own talk held, declined or not offered, at 6 months."""
    t = c.table
    return _three(c, "parent_talk", reached(c, "parent_talk") & (t.parents.fill_null(2) >= 2))


def _three(c: Wide, kind: str, among: ir.BooleanValue) -> Sequence[Counted]:
    result = c.table[f"r_{kind}"]
    known = covered(c, kind)
    if kind == "parent_talk":
        known = known & c.table.parents.notnull()
    return [
        share(among, result.isin(code_of(kind, name)), known | result.notnull(), name)
        for name in RESULTS[kind]
    ]


def bf_any_4m(c: Wide) -> Sequence[Counted]:
    """Children breastfed at all at four months, among those of whom it is known."""
    return [_fed(c, "exclusive", "partial")]


def bf_excl_4m(c: Wide) -> Sequence[Counted]:
    """Children who got nothing but breast milk at four months."""
    return [_fed(c, "exclusive")]


def _fed(c: Wide, *results: str) -> Counted:
    result = c.table.r_feeding
    codes = code_of("breastfeeding", *results)
    return share(reached(c, "feeding"), result.isin(codes), result.notnull())


def vacc_rota(c: Wide) -> Sequence[Counted]:
    """Two doses or more against rotavirus by 12 months."""
    return _vaccinated(c, "rota", 2, 1)


def vacc_dtp3(c: Wide) -> Sequence[Counted]:
    """Three doses or more of DTP-polio-Hib by 24 months."""
    return _vaccinated(c, "dtp", 3, 2)


def vacc_pcv3(c: Wide) -> Sequence[Counted]:
    """Three doses or more against pneumococci by 24 months."""
    return _vaccinated(c, "pcv", 3, 2)


def vacc_mmr1(c: Wide) -> Sequence[Counted]:
    """One dose or more of MMR by 24 months."""
    return _vaccinated(c, "mmr", 1, 2)


def _vaccinated(c: Wide, vaccine: str, least: int, years: int) -> Sequence[Counted]:
    """Count by exact age, and as the national register does: as at 31 December of the year."""
    t, until = c.table, c.age(f"{vaccine}_at_to")
    followed = t.until.fill_null(NEVER)
    at_age = (t.age >= until) & (followed >= until)
    # The day of birth in the year that turned one (or two) in the year of the register.
    last = c.on.year if (c.on.month, c.on.day) == (12, 31) else c.on.year - 1
    at_year = (t.quarter >= 4 * (last - years)) & (t.quarter <= 4 * (last - years) + 3)
    at_year = at_year & (followed >= t.to_new_year)
    return [
        share(
            at_age,
            t[f"d_{vaccine}_at"] >= least,
            c.covered("vaccinations", until * 0, until),
            "by age",
        ),
        share(
            at_year,
            t[f"d_{vaccine}_year"] >= least,
            c.covered("vaccinations", until * 0, t.to_new_year),
            "as at 31 December",
        ),
    ]


def smoke_free(c: Wide) -> Sequence[Counted]:
    """Children none of whose guardians smokes, among those of whom it is known: three ages."""
    t = c.table
    return [
        share(
            reached(c, name),
            t[f"r_{name}"].isin(code_of("smoking", "smoke_free")),
            t[f"r_{name}"].notnull(),
            name.removeprefix("smoke_"),
        )
        for name in SMOKING
    ]


def lang_done(c: Wide) -> Sequence[Counted]:
    """Children whose language was screened between 30 and 41 months."""
    screened = c.table.r_language.isin(code_of("language", "clear", "deviation"))
    return [share(reached(c, "language"), screened, covered(c, "language"))]


def lang_deviation(c: Wide) -> Sequence[Counted]:
    """Children whose language deviated, among those screened."""
    result = c.table.r_language
    screened = result.isin(code_of("language", "clear", "deviation"))
    among = reached(c, "language") & screened.fill_null(False)
    return [share(among, result.isin(code_of("language", "deviation")))]


def _screening(
    key: str, counts: Counts, kind: str, result: Result, window: str, nor: str = "", **words: Any
) -> Indicator:
    return Indicator(
        key=key,
        counts=counts,
        unit="children",
        window=window,
        not_applicable="the window has not closed, or the child was not followed to its end" + nor,
        needs=("screenings",),
        results={kind: result},
        **words,
    )


def _vaccine(key: str, counts: Counts, vaccine: str, least: int, years: int) -> Indicator:
    return Indicator(
        key=key,
        counts=counts,
        unit="children",
        better=Better.HIGHER,
        numerator=f"had {least} dose{'s' if least > 1 else ''} or more by that day",
        denominator=f"reached {12 * years} months, the day itself included; or turned {years} in"
        " the last whole year; and were followed until then",
        missing="fewer doses, and the site's vaccinations do not cover the child's life till then",
        not_applicable="younger, or not followed till then",
        window=f"birth to {12 * years} calendar months; birth to 31 December",
        source=f"Domain set, {key}; the second as the national vaccination register counts"
        " (Folkhälsodata), whose coverage is not that of clinics",
        needs=("vaccinations",),
        doses={
            f"{vaccine}_at": Doses(vaccine, Span(months=12 * years)),
            f"{vaccine}_year": Doses(vaccine, None),
        },
    )


_NOTHING_WRITTEN: Final = "no result is written in the window"

HEALTH: Final = (
    _screening(
        "epds_done", epds_done, "epds", Result("epds", Span(days=35), Span(days=84)),
        "5 to 12 weeks of age",
        better=Better.HIGHER,
        numerator="EPDS done; declined; not offered: the three kept apart",
        denominator="children who have passed 12 weeks",
        missing="no result is written, and the site's screenings do not cover the window",
        source="Domain set, epds_done; the window of the national programme",
    ),
    _screening(
        "other_parent_talk", other_parent_talk, "parent_talk",
        Result("parent_talk", Span(months=3), Span(months=6)),
        "3 to 6 calendar months of age",
        better=Better.HIGHER,
        numerator="talk held (done); declined; not offered: the three kept apart",
        denominator="children past 6 months who have another parent",
        missing="no result is written, and the site's screenings do not cover the window or it"
        " is not known if there is another parent",
        nor=", or has one parent",
        source="Domain set, other_parent_talk",
    ),
    _screening(
        "bf_any_4m", bf_any_4m, "feeding", FEEDING, "105 to 143 days of age",
        better=Better.HIGHER,
        numerator="breastfed, exclusively or partly, in the latest answer of the window",
        denominator="children of whom it is known",
        missing=_NOTHING_WRITTEN,
        source="Domain set, bf_any_4m; the days of Rikshandboken, Amningsstatistik",
    ),
    _screening(
        "bf_excl_4m", bf_excl_4m, "feeding", FEEDING, "105 to 143 days of age",
        better=Better.HIGHER,
        numerator="exclusively breastfed in the latest answer of the window",
        denominator="children of whom it is known",
        missing=_NOTHING_WRITTEN,
        source="Domain set, bf_excl_4m; the days of Rikshandboken, Amningsstatistik",
    ),
    _vaccine("vacc_rota", vacc_rota, "rota", 2, 1),
    _vaccine("vacc_dtp3", vacc_dtp3, "dtp", 3, 2),
    _vaccine("vacc_pcv3", vacc_pcv3, "pcv", 3, 2),
    _vaccine("vacc_mmr1", vacc_mmr1, "mmr", 1, 2),
    Indicator(
        key="smoke_free",
        counts=smoke_free,
        unit="children",
        better=Better.HIGHER,
        numerator="no guardian smokes, in the latest answer of the window",
        denominator="children of whom it is known: at 4 weeks, 8 months, 18 months",
        missing=_NOTHING_WRITTEN,
        not_applicable="the window has not closed, or the child was not followed to its end",
        window="2 to 8 weeks; 7 to 10 and 17 to 20 calendar months of age (ours)",
        source="Domain set, smoke_free",
        needs=("screenings",),
        results=SMOKING,
    ),
    _screening(
        "lang_done", lang_done, "language", LANGUAGE, "30 to 41 calendar months of age",
        better=Better.HIGHER,
        numerator="screened in the window: clear or deviation",
        denominator="children past 41 months; also those who have gone through the programme",
        missing="not screened, and the site's screenings do not cover the window",
        source="Domain set, lang_done",
    ),
    _screening(
        "lang_deviation", lang_deviation, "language", LANGUAGE,
        "30 to 41 calendar months of age",
        better=Better.NEITHER,
        numerator="the latest result of the window is a deviation",
        denominator="children past 41 months who were screened",
        missing="nothing",
        nor=", or was not screened",
        source="Domain set, lang_deviation",
    ),
)  # fmt: skip
