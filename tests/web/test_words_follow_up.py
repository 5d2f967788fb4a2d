"""What is said of measures, in both languages."""

import pytest
from django.utils import translation

from hembesok.analysis.charts.sentences import KEYS, STEADY, said_of, said_of_groups
from hembesok.web.words_follow_up import SENTENCES, sentence_text
from tests.analysis.test_charts import months


def test_every_rule_has_its_words():
    assert set(SENTENCES) == set(KEYS)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("sv", "Hembesök i tid har sjunkit 9 månader i rad, till 70\u00a0%."),
        ("en", "Hembesök i tid has fallen 9 months in a row, to 70%."),
    ],
)
def test_the_one_that_moved_is_named(language: str, sentence: str):
    said = said_of(months(*((88 - 2 * n, 100) for n in range(10))))
    with translation.override(language):
        assert [sentence_text("Hembesök i tid", one) for one in said] == [sentence]
    assert said[0].values["times"] == 9 > STEADY


def test_a_group_is_named_with_its_figures():
    (said,) = said_of_groups({"arabiska": (6, 14), "somaliska": (20, 24), "svenska": (40, 45)})
    with translation.override("sv"):
        text = sentence_text("Tackat ja", said)
    assert text == "Tackat ja är lägre för arabiska: 6 av 14. För alla andra: 87\u00a0%."
