"""A site whose keys are missing or do not fit: words for whoever asks, and nothing kept."""

import logging
from pathlib import Path

import pytest
from django.test import Client

from hembesok.access.keyring import Keyring
from hembesok.access.keys import keyring
from tests.conftest import ON
from tests.services.keys_of import keys_are
from tests.web.page import read

LOST, WRONG, BROKEN = "", Keyring.fresh(ON).text(), "[seal"


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (LOST, "There are no keys"),
        (WRONG, "another one under the same id"),
        (BROKEN, "HEMBESOK_KEYS is not TOML"),
    ],
    ids=["lost", "wrong", "broken"],
)
@pytest.mark.parametrize(
    ("language", "words"), [("sv", "systemets nycklar saknas"), ("en", "the keys of the system")]
)
def test_the_page_tells_it_in_words_and_the_log_tells_why(
    anna: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    keys: str, reason: str, language: str, words: str,
):  # fmt: skip
    with keys_are(keys, tmp_path / "keys.toml"):
        for page in ("/today", "/families", "/f/FAMYAAAA"):
            answer = anna.get(page, headers={"accept-language": language})
            assert answer.status_code == 503
            assert words in read(answer).text
            assert answer.headers["Cache-Control"] == "no-store"
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert any(reason in line for line in told)
    for line in told:
        assert "Doris" not in line
        assert "Almgatan" not in line
    assert not (tmp_path / "keys.toml").exists()
    assert keyring(), "the site's own keys are back"
    assert anna.get("/today").status_code == 200


def test_a_write_that_meets_a_key_problem_changes_nothing(anna: Client, tmp_path: Path):
    from tests.services.stored import everything

    before = everything(but_the_trail=True)
    with keys_are("", tmp_path / "keys.toml"):
        answer = anna.post(
            "/f/FAMYAAAA/1/v/home-2/record", {"outcome": "held", "day": "2026-03-02"}
        )
        assert answer.status_code == 503
    assert everything(but_the_trail=True) == before
