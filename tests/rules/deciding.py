"""A memorandum and terms of an agreement that lack nothing, for tests to take from."""

from datetime import date

from hembesok.agreements.rules.agreements import NEEDED, Duty, Price, Terms
from hembesok.agreements.rules.memoranda import Goal, Paper, Standing, Sum, Text

DAY = date(2026, 3, 2)

WHOLE = Text(
    title="Överenskommelse om hembesök",
    day=DAY,
    board="Socialnämnden",
    administration="Socialförvaltningen",
    signer="Frida Fors",
    points=("Överenskommelsen godkänns.", "Direktören får teckna överenskommelsen."),
    matter="Nämnden tar ställning till en överenskommelse.",
    supporting=(Paper("Tjänsteskrivelse", DAY), Paper("Överenskommelse")),
    background="Programmet prövas:\n- i två år\n- av två verksamheter",
    economy="Staten betalar.",
    sums=(Sum(2026, 2027, 880_000_00, Standing.EXPECTED, "statsbidrag"),),
    goals=(Goal("Jämlik hälsa", "https://example.org/mal", "on_time"),),
    follow_up="Följs upp varje år.",
    distribution=("Råd och stöd", "Registrator"),
)

TERMS = Terms(
    starts=date(2026, 4, 1),
    ends=date(2027, 12, 31),
    notice_months=6,
    prices=(Price(2026, 500_000_00), Price(2027, 700_000_00, "helt år")),
    duties=(Duty("Lägesrapport", date(2026, 9, 30)), Duty("Årsrapport", date(2027, 2, 15))),
    clauses={one: f"Text om {one}." for one in NEEDED},
)
