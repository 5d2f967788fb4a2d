"""From the site's rows to the tables of the contract: SQL in DuckDB, nothing that is kept.

What the pages count is counted here alike (visits/queries/pages.py): a visit that was withdrawn is
none; a booking for a day after the child left is none; a no that was followed by a new
booking is none; and of what is written under a base step and the own step that is held with
it, the own step's counts.
"""

from typing import Final

from hembesok.analysis.contract import (
    BY_NAME,
    CANCELLED,
    DECLINED,
    DONE,
    NO_SHOW,
    PLANNED,
)
from hembesok.analysis.engines.embedded import TYPES

VIEWS: Final = """
CREATE MACRO day(t) AS CAST(nullif(t, '') AS DATE);
CREATE MACRO number(t) AS CAST(nullif(t, '') AS BIGINT);
CREATE MACRO truth(t) AS CAST(nullif(t, '') AS BOOLEAN);
CREATE MACRO moment(t) AS CAST(nullif(t, '') AS TIMESTAMPTZ);
CREATE MACRO until_then(d) AS CASE WHEN d <= $as_of THEN d END;

CREATE TABLE member AS
SELECT number(e.child_id) AS row, e.id AS enrolment, v.key AS programme, v.version AS version,
    day(e.enrolled) AS enrolled, until_then(day(e.ended)) AS ended,
    CASE WHEN day(e.ended) <= $as_of THEN e.end_reason END AS end_reason,
    day(e.enrolled) <= $as_of AS joined, e.version_id = $version AS ours
FROM raw_enrolment e JOIN raw_programmeversion v ON v.id = e.version_id;

CREATE TABLE one AS
SELECT k.child AS child, number(c.id) AS row, day(c.born) AS born,
    until_then(day(c.discharged)) AS discharged, c.family_id AS family, s.key AS site,
    f.protection <> 'none' AS protected,
    CASE WHEN f.protection = 'none' THEN u.name END AS unit,
    CASE WHEN f.protection = 'none'
        THEN coalesce(nullif(f.deso, ''), nullif(f.regso, '')) END AS area,
    nullif(f.language, '') AS language, truth(f.interpreter_needed) AS interpreter_needed,
    g.parents AS parents, g.first AS first
FROM raw_child c
JOIN key_child k ON k.row = number(c.id)
JOIN raw_family f ON f.id = c.family_id
JOIN raw_site s ON s.id = f.site_id
LEFT JOIN raw_unit u ON u.id = f.clinic_id
LEFT JOIN (
    SELECT family_id, count(*) AS parents, bool_or(truth(first_time_parent)) AS first
    FROM raw_guardian GROUP BY family_id
) g ON g.family_id = c.family_id
LEFT JOIN member m ON m.row = number(c.id)
WHERE c.merged_into_id = '' AND day(c.born) <= $as_of AND (m.row IS NULL OR m.ours)
    AND ($with_protected OR f.protection = 'none');

CREATE TABLE attempt AS
SELECT o.child AS child, o.row AS row, number(v.id) AS visit, v.step AS key, v.kind AS kind,
    p.step AS step, p.rank AS rank,
    CASE WHEN day(v.outcome_on) <= $as_of THEN v.outcome ELSE '' END AS outcome,
    until_then(day(v.outcome_on)) AS actual,
    CAST(timezone($zone, moment(v.booked_for)) AS DATE) AS planned,
    v.not_held_reason AS not_held, number(v.facts_number) > 0 AS written,
    CASE WHEN v.began <> '' AND v.finished <> ''
        THEN date_diff('minute', moment(v.began), moment(v.finished)) END AS minutes,
    o.interpreter_needed AS interpreter_needed
FROM raw_visit v
JOIN one o ON o.row = number(v.child_id)
LEFT JOIN member m ON m.row = o.row
LEFT JOIN step_key p ON p.key = v.step
WHERE v.withdrawn_at = ''
    AND (day(v.outcome_on) <= $as_of
        OR (v.booked_for <> ''
            AND (m.ended IS NULL OR CAST(timezone($zone, moment(v.booked_for)) AS DATE) <= m.ended)
        ));

CREATE TABLE told AS
SELECT *,
    visit = max(visit) OVER (PARTITION BY row, key) AS latest,
    rank = min(rank) OVER (PARTITION BY row, step) AS leads,
    outcome = 'held' AND (step IS NULL OR count(*) FILTER (outcome = 'held')
        OVER (PARTITION BY row, step) > 1) AS unsure
FROM attempt;
"""
"""The rows every table is made of; what begins with $ is written in before."""

UNSURE: Final = """
SELECT t.row, t.visit, t.step, t.kind, t.actual, o.born, o.discharged, m.ended
FROM told t JOIN one o ON o.row = t.row LEFT JOIN member m ON m.row = t.row
WHERE t.outcome = 'held' AND t.row IN (SELECT row FROM told WHERE unsure)
ORDER BY t.row, t.visit
"""
"""Held visits of children of whom one must be told by the rule which step it serves."""

HELD: Final = f"""
CREATE TABLE event AS
SELECT t.child, t.visit, t.row, t.kind, t.written, t.minutes, t.interpreter_needed,
    CAST(CASE WHEN s.visit IS NOT NULL THEN s.step
        WHEN t.outcome = 'held' OR t.leads THEN coalesce(t.step, 0)
        ELSE 0 END AS SMALLINT) AS step,
    t.planned,
    CASE WHEN t.outcome = 'held' THEN {DONE}
        WHEN t.outcome = '' THEN {PLANNED}
        WHEN t.outcome = 'not_held' AND t.not_held = 'no_one_home' AND t.planned IS NOT NULL
            THEN {NO_SHOW}
        WHEN t.outcome = 'declined' AND t.latest THEN {DECLINED}
        ELSE {CANCELLED} END AS status,
    t.actual
FROM told t LEFT JOIN served s ON s.visit = t.visit;
"""

_THERE: Final = """
SELECT number(visit_id) AS visit,
    min(n.number) FILTER (kind = 'nurse') AS nurse,
    min(n.number) FILTER (kind = 'adviser') AS adviser,
    count(*) FILTER (kind = 'guardian') AS parents,
    bool_or(kind = 'interpreter') AS interpreter
FROM raw_attendance a LEFT JOIN key_staff n ON n.row = number(a.staff_id)
GROUP BY visit_id
"""

ROWS: Final = {
    "sites": """
        SELECT s.key AS site, min(day(p.starts)) AS starts,
            CASE WHEN bool_and(p.ends <> '') THEN max(day(p.ends)) END AS ends
        FROM raw_site s
        LEFT JOIN raw_siteperiod p ON p.site_id = s.id AND p.kind = 'implementation'
        GROUP BY s.key ORDER BY s.key
    """,
    "children": """
        SELECT o.*, CASE WHEN o.first THEN 'first' WHEN o.first IS NOT NULL THEN 'later' END
                AS parity,
            CASE WHEN m.ended IS NULL THEN NULL
                WHEN f.until IS NOT NULL AND f.until <> '' THEN day(f.until)
                ELSE m.ended END AS followed_until
        FROM one o
        LEFT JOIN member m ON m.row = o.row AND m.joined
        LEFT JOIN raw_following f ON f.enrolment_id = m.enrolment
        ORDER BY o.child
    """,
    "enrolments": """
        SELECT o.child, m.programme, m.version, e.eligible, f.offered, a.answered, a.answer,
            m.enrolled, m.ended, m.end_reason
        FROM one o
        LEFT JOIN member m ON m.row = o.row AND m.joined
        LEFT JOIN (
            SELECT number(child_id) AS row, arg_max(truth(eligible), number(id)) AS eligible
            FROM raw_eligibility WHERE day(judged) <= $as_of GROUP BY child_id
        ) e ON e.row = o.row
        LEFT JOIN (
            SELECT number(child_id) AS row, min(day(offered)) AS offered
            FROM raw_offer WHERE day(offered) <= $as_of GROUP BY child_id
        ) f ON f.row = o.row
        LEFT JOIN (
            SELECT number(r.child_id) AS row, arg_min(w.answer, number(w.id)) AS answer,
                arg_min(day(w.answered), number(w.id)) AS answered
            FROM raw_answer w JOIN raw_offer r ON r.id = w.offer_id
            WHERE day(w.answered) <= $as_of GROUP BY r.child_id
        ) a ON a.row = o.row
        WHERE m.row IS NOT NULL OR e.row IS NOT NULL OR f.row IS NOT NULL
        ORDER BY o.child
    """,
    "steps": "SELECT * FROM delivered_step ORDER BY step",
    "events": f"""
        SELECT child, step, planned, CASE WHEN status <> {CANCELLED} THEN actual END AS actual,
            status, NULL AS value
        FROM event
        ORDER BY child, coalesce(actual, planned), step, visit
    """,
    "visits": f"""
        SELECT row_number() OVER (ORDER BY e.child, e.actual, e.visit) AS visit, e.child,
            nullif(e.step, 0) AS step, e.actual AS held, e.kind, t.nurse, t.adviser,
            CASE WHEN e.written THEN coalesce(t.parents, 0) END AS parents,
            CASE WHEN e.written THEN e.interpreter_needed END AS interpreter_needed,
            CASE WHEN i.came IN ('on_time', 'late') OR t.interpreter THEN 'professional'
                WHEN e.written THEN 'none' END AS interpreter,
            CASE WHEN e.minutes BETWEEN 0 AND 1440 THEN e.minutes END AS minutes
        FROM event e
        LEFT JOIN ({_THERE}) t ON t.visit = e.visit
        LEFT JOIN raw_interpreterbooking i ON number(i.visit_id) = e.visit
        WHERE e.status = {DONE}
        ORDER BY e.child, e.actual, e.visit
    """,
    "screenings": """
        SELECT DISTINCT ON (o.child, s.kind, s.day) o.child, s.kind, s.day, s.result
        FROM screening s JOIN one o ON o.row = s.row
        WHERE s.day <= $as_of
        ORDER BY o.child, s.kind, s.day, s.number DESC
    """,
    "areas": """
        SELECT DISTINCT area, 'not known' AS area_type FROM one
        WHERE area IS NOT NULL ORDER BY area
    """,
    "costs": """
        SELECT row_number() OVER (ORDER BY number(e.id)) AS cost, s.key AS site,
            day(e.last) AS day, e.cost_type AS kind,
            CASE WHEN e.reverses_id = '' THEN number(e.amount) ELSE -number(e.amount) END AS amount
        FROM raw_entry e
        JOIN raw_attest a ON a.entry_id = e.id
        JOIN raw_tranche t ON t.id = e.tranche_id
        JOIN raw_site s ON s.id = t.site_id
        WHERE e.kind IN ('cost', 'own') AND day(e.last) <= $as_of
        ORDER BY number(e.id)
    """,
    "sources": 'SELECT * FROM source ORDER BY site, "table"',
}
"""What each table is read by; a table that is not here is not collected."""

KEEPS: Final = """
SELECT s.key AS site, min(day(t.first)) AS first
FROM raw_tranche t JOIN raw_site s ON s.id = t.site_id
GROUP BY s.key
"""
"""The sites that keep their money here, and the first day of it."""

SPANS: Final = """
SELECT o.site, least(min(m.enrolled), min(e.actual), min(e.planned)) AS first
FROM one o
LEFT JOIN member m ON m.row = o.row AND m.joined
LEFT JOIN event e ON e.row = o.row
GROUP BY o.site
"""
"""The first day of which each site's rows tell."""


def typed(name: str) -> str:
    """Return the query of a table with its columns in the order and the types of the contract."""
    table = BY_NAME[name]
    columns = ", ".join(f'CAST("{c.name}" AS {TYPES[c.type]}) AS "{c.name}"' for c in table.columns)
    if name in ROWS:
        return f"SELECT {columns} FROM ({ROWS[name]})"
    empty = ", ".join(f'CAST(NULL AS {TYPES[c.type]}) AS "{c.name}"' for c in table.columns)
    return f"SELECT {empty} WHERE false"
