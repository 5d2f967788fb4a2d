"""The demo's cases and agreements: that of 2021 which the project began with, and one of today.

The facts of the first are those of a public memorandum of Linköpings kommun, 2021; the words
are ours. What it does not say is marked as assumed (antaget), wherever it stands.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from hembesok.access.models import Assignment, Site, Staff, Unit
from hembesok.access.rules.roles import Actor
from hembesok.access.services.assignments import actor_for
from hembesok.agreements.models import Case
from hembesok.agreements.rules.agreements import Clause, Done, Duty, Price, Step, Terms
from hembesok.agreements.rules.cases import Act, Did
from hembesok.agreements.rules.memoranda import Goal, Paper, Standing, Sum, Text, Union
from hembesok.agreements.services import agreements, cases

ASSUMED: Final = "antaget"
_DAY: Final = date(2021, 3, 1)
_MEETING: Final = date(2021, 3, 18)
_TITLE: Final = (
    "Överenskommelse med Leanlink Råd och stöd om pilot för barnhälsovård i stadsdelen Skäggetorp"
)
_GOALS: Final = (
    "https://www.linkoping.se/contentassets/d5d24b7b7d8c4d99957bb7b41507cbb4/"
    "kommunovergripande_mal_2020-2022.pdf?4a7c61"
)

FOUNDING: Final = Text(
    title=_TITLE,
    day=_DAY,
    board="Social- och omsorgsnämnden",
    administration="Social- och omsorgsförvaltningen",
    signer="Eva Rask",
    points=(
        "Nämnden godkänner överenskommelsen med Leanlink Råd och stöd om piloten för"
        " barnhälsovård i stadsdelen Skäggetorp.",
        "Social- och omsorgsdirektören får teckna överenskommelsen med Leanlink Råd och stöd.",
    ),
    matter=(
        "Ärendet gäller en överenskommelse mellan Social- och omsorgsförvaltningen och Leanlink"
        " om pilotverksamhet för barnhälsovård i stadsdelen Skäggetorp.\n"
        "Socialstyrelsen har valt Skäggetorp till piloten för barnhälsovård i socioekonomiskt"
        " utsatta områden. Den ska ge barn där bättre förutsättningar för en god och jämlik"
        " hälsa. Fyra verksamheter samverkar: barnhälsovården, socialtjänstens förebyggande"
        " verksamhet, tandvården och mödrahälsovården. Genomförandet är 2020-2022, utvärderingen"
        " 2023-2024.\n"
        "Formen är ett utökat hembesöksprogram för barnets två första levnadsår. Det vänder sig"
        " till förstagångsföräldrar och till föräldrar vars första barn i Sverige det är.\n"
        "Social- och omsorgsförvaltningen föreslår nämnden att godkänna överenskommelsen."
    ),
    supporting=(
        Paper("Tjänsteskrivelse: överenskommelse med Leanlink Råd och stöd om piloten", _DAY),
        Paper("Överenskommelse om piloten för barnhälsovård i socioekonomiskt utsatta områden"),
    ),
    background=(
        "Uppdraget att pröva barnhälsovård i socioekonomiskt utsatta områden kommer från"
        " regeringen till Socialstyrelsen, som har valt Skäggetorp. Piloten ska:\n"
        "- ge barn i socioekonomiskt utsatta områden bättre förutsättningar för en god och"
        " jämlik hälsa\n"
        "- ha barnhälsovården som grund; i samverkan ingår mödrahälsovården, tandvården och"
        " socialtjänstens förebyggande verksamhet\n"
        "- vara ett utökat hembesöksprogram i barnets två första levnadsår: sex hembesök och två"
        " extra mottagningsbesök, allt utöver det nationella barnhälsovårdsprogrammet\n"
        "- nå förstagångsföräldrar, och den som får sitt första barn i Sverige.\n"
        "Att hälsan skiljer sig mellan sociala grupper är väl belagt, nationellt och"
        " internationellt. Kommissionen för jämlik hälsa ser i det att ojämlikhet börjar tidigt"
        " i livet ett skäl för tidiga insatser: de som är hälsofrämjande, stödjer det som gör"
        " gott, och de som är skade- och sjukdomsförebyggande, hittar riskfaktorer och sjukdom"
        " så tidigt det går. Kommissionen kallar det klok politik i allmänhet och avgörande för"
        " en mer jämlik hälsa.\n"
        "Piloten går i linje med det som kommunen gör i andra projekt om segregation och utsatta"
        " områden."
    ),
    economy=(
        "För förebyggande socialtjänst har Socialstyrelsen tilldelat Linköpings kommun 880 000"
        " kronor, för 2020. För 2021-2022 väntas samma belopp varje år. Hela projektet"
        " betalas med rekvirerade medel. Av dem får Leanlink Råd och stöd 700 om året 2021-2022"
        " för att genomföra det.\n"
        "Starten blev sen under 2020. Medel för 2020 som återbetalas vill Socialstyrelsen få"
        " använda under 2023 och ansöker om det hos regeringen. I så fall förlängs projektet."
    ),
    sums=(
        Sum(2020, 2020, 880_000_00, Standing.GRANTED, "Bidrag från Socialstyrelsen"),
        Sum(2021, 2022, 880_000_00, Standing.EXPECTED, "Bidrag från Socialstyrelsen"),
        Sum(2021, 2022, 700_000_00, Standing.PASSED_ON, "Till Leanlink Råd och stöd", "700"),
        Sum(2021, 2022, 180_000_00, Standing.ASSUMED, "Stannar i förvaltningen: skillnaden"),
    ),
    goals=(Goal("Kommunfullmäktiges övergripande mål 2020-2022", _GOALS, "on_time"),),
    follow_up=(
        "Piloten följs upp löpande från starten 2020 och till 2022. 2023-2024 utvärderas den av"
        " en oberoende aktör som Socialstyrelsen anlitar: hur den genomfördes, hur föräldrar"
        " upplever programmet, och vilka hälsoutfall barnen får, till exempel"
        " språkutveckling, amning och vaccinationstäckning. Den frågar också om förutsättningarna"
        " för jämlik hälsa blir starkare för barn i socioekonomiskt utsatta områden."
    ),
    distribution=("Leanlink Råd och stöd",),
)
"""The official memorandum of the case that the project began with."""

_CLAUSES: Final = {
    Clause.TASK: "Utföraren har föräldrarådgivare som gör hembesök med barnhälsovården.",
    Clause.TARGET_GROUP: "Förstagångsföräldrar, och föräldrar vars första barn i Sverige det är.",
    Clause.HOW: "Sex hembesök och två extra mottagningsbesök under barnets två första år.",
    Clause.EXTENSION: "Parterna kan förlänga skriftligen, ett år i taget.",
    Clause.PAYMENT: "Beställaren betalar en tolftedel av årets belopp varje månad.",
    Clause.CONDITIONS: "Villkoren i Socialstyrelsens beslut om bidrag gäller också utföraren.",
    Clause.REPAY: "Medel som inte har använts vid årets slut går tillbaka till beställaren.",
    Clause.IF_PROLONGED: "Får bidraget användas längre, förlängs uppdraget lika långt.",
    Clause.STAFFING: "Minst en föräldrarådgivare på heltid, med ersättare vid frånvaro.",
    Clause.COMPETENCE: "Socionom eller motsvarande. Utdrag ur belastningsregistret visas.",
    Clause.INTERPRETER: "Utföraren bokar tolk när en familj behöver det.",
    Clause.SECRECY: "Socialtjänstens sekretess gäller, också mot barnhälsovården.",
    Clause.DOCUMENTATION: "Det som nämnden har beslutat dokumenteras, i utförarens egen del.",
    Clause.COOPERATION: "Barnhälsovården är regionens. Teamet planerar besöken tillsammans.",
    Clause.EVALUATOR: "Utvärderaren får de avidentifierade uppgifter som nämnden lämnar ut.",
}


def load(site: Site, staff: Mapping[str, Staff], *, on: date) -> None:
    """Write both cases with their agreements, through the services that pages use."""
    manager, coordinator = _actor(staff["chef.demo"]), _actor(staff["anna.lind"])
    founding(site, manager, coordinator, commissioner=_unit(manager))
    _today(site, replace(manager, on=on), replace(coordinator, on=on), _unit(manager))


def _actor(staff: Staff) -> Actor:
    assignment = Assignment.objects.select_related("staff").filter(staff=staff).earliest("pk")
    return actor_for(assignment, on=assignment.starts)


def _unit(actor: Actor) -> Unit:
    return Unit.objects.get(pk=actor.unit)


def founding(site: Site, manager: Actor, coordinator: Actor, *, commissioner: Unit) -> Case:
    """Write the case of 2021, decided and sent, and the agreement it was about."""
    writes, decides = replace(coordinator, on=_DAY), replace(manager, on=_MEETING)
    case = cases.open_case(
        site, registry_number=f"SON 2021-1 ({ASSUMED})", title=_TITLE, by=replace(manager, on=_DAY)
    )
    cases.write_memorandum(case, FOUNDING, by=writes)
    paragraph, late = f"§ 1 ({ASSUMED})", f"Dagen är {ASSUMED}."
    for did in (
        Did(Act.INFORM, _DAY, Union.INFORMATION),
        Did(Act.SIGN, _DAY),
        Did(Act.SEND, _MEETING, said=late),
        Did(Act.APPROVE, _MEETING, paragraph, said=late),
        Did(Act.AUTHORISE, _MEETING, whom="Social- och omsorgsdirektören"),
        Did(Act.VERIFY, _MEETING, paragraph, said=late),
        Did(Act.DISPATCH, _MEETING, whom=FOUNDING.distribution[0], said=late),
    ):
        cases.act(case, did, by=decides)
    terms = Terms(
        starts=_MEETING,
        ends=date(2022, 12, 31),
        notice_months=6,
        prices=(
            Price(2021, 700_000_00, f"enheten tusen kronor är {ASSUMED}"),
            Price(2022, 700_000_00, f"enheten tusen kronor är {ASSUMED}"),
        ),
        duties=(
            Duty(f"Rapport om 2021 ({ASSUMED})", date(2022, 2, 15)),
            Duty(f"Rapport om 2022 ({ASSUMED})", date(2023, 2, 15)),
        ),
        clauses={one: f"{text} ({ASSUMED.capitalize()}.)" for one, text in _CLAUSES.items()},
    )
    _agreement(site, case, terms, _TITLE, writes, decides, commissioner)
    for duty in case.agreements.get().versions.get().duties.all():
        agreements.do_duty(duty, day=duty.due, by=replace(coordinator, on=duty.due))
    return case


def _today(site: Site, manager: Actor, coordinator: Actor, commissioner: Unit) -> None:
    """Write an invented agreement in force today, near its end, and the case of the next one."""
    on = manager.on
    began = on - timedelta(650)
    writes, decides = replace(coordinator, on=began), replace(manager, on=began)
    title = "Fortsatt uppdrag om utökade hembesök i Skäggetorp (påhittat)"
    text = replace(
        FOUNDING, title=title, day=began, sums=(), economy="Uppdraget betalas med statsbidrag.",
        supporting=(Paper(f"Tjänsteskrivelse: {title}", began),),
    )  # fmt: skip
    case = cases.open_case(site, registry_number=f"SON {began.year}-40", title=title, by=decides)
    cases.write_memorandum(case, text, by=writes)
    whom = text.distribution[0]
    for did in (
        Did(Act.INFORM, began, Union.INFORMATION),
        Did(Act.SIGN, began),
        Did(Act.SEND, began),
        Did(Act.APPROVE, began, "§ 40"),
        Did(Act.AUTHORISE, began, whom="Social- och omsorgsdirektören"),
        Did(Act.VERIFY, began, "§ 40"),
        Did(Act.DISPATCH, began, whom=whom),
        Did(Act.RECEIVE, began, whom=whom),
        Did(Act.CLOSE, began),
    ):
        cases.act(case, did, by=decides)
    terms = Terms(
        starts=began,
        ends=on + timedelta(75),
        notice_months=6,
        prices=(Price(began.year, 640_000_00), Price(began.year + 1, 700_000_00)),
        duties=(
            Duty("Lägesrapport", on + timedelta(14)),
            Duty("Slutrapport", on + timedelta(75)),
        ),
        clauses=_CLAUSES,
    )
    _agreement(site, case, terms, title, writes, decides, commissioner)
    number = f"SON {on.year}-7"
    new = "Nytt uppdrag om utökade hembesök i Skäggetorp (påhittat)"
    coming = cases.open_case(site, registry_number=number, title=new, by=manager)
    cases.write_memorandum(
        coming, replace(text, title=new, day=on, matter="", goals=()), by=coordinator
    )


def _agreement(
    site: Site, case: Case, terms: Terms, title: str, writes: Actor, decides: Actor, unit: Unit
) -> None:
    """Draw up an agreement of the site's advisers and take it to both signatures."""
    provider = site.advice
    if provider is None:
        raise ValueError("the demo's site has advisers")
    made = agreements.draw_up(
        site, terms, title=title, commissioner=unit, provider=provider, case=case, by=writes
    )
    day = decides.on
    for step in (
        Done(Step.REVIEW, writes.on, decides.staff),
        Done(Step.INFORM, writes.on, decides.staff, Union.INFORMATION),
        Done(Step.APPROVE, day, decides.staff),
        Done(Step.SIGN_COMMISSIONER, day, decides.staff, whom="Social- och omsorgsdirektören"),
        Done(Step.SIGN_PROVIDER, day, decides.staff, whom="Chefen för Råd och stöd"),
    ):
        agreements.take(made, step, by=decides)
