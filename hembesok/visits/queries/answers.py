"""Answers of a block, as they are stored and as rules know them."""

import json
from datetime import datetime
from typing import Final

from hembesok.forms.answers import Answers, from_response, to_response
from hembesok.forms.catalogue import form_of
from hembesok.forms.questionnaire import Block as FormBlock
from hembesok.forms.questionnaire import Form
from hembesok.visits.models import Block, BlockText

LANGUAGE: Final = "sv"
"""The language of the questions' words in what is stored."""

EMPTY: Final[Answers] = {}


def written(form: Form, block: FormBlock, answers: Answers, *, at: datetime) -> str:
    """Return answers as they are stored: a FHIR QuestionnaireResponse."""
    response = to_response(
        form, block, answers, status="in-progress", authored=at, language=LANGUAGE
    )
    return json.dumps(response, ensure_ascii=False)


def form_block(block: Block) -> tuple[Form, FormBlock]:
    """Return the form a block is written in, and its part of that form."""
    form = form_of(block.form)
    return form, form.block(block.part)


def answers_of(text: BlockText, form: Form, block: FormBlock) -> Answers:
    """Return what somebody saved."""
    return from_response(form, block, json.loads(text.answers))


def answers_at(block: Block, number: int, form: Form, of: FormBlock) -> Answers | None:
    """Return the answers of a number; none at 0, before anything was written, is EMPTY."""
    if number == 0:
        return EMPTY
    found = BlockText.objects.filter(block=block, number=number).first()
    return answers_of(found, form, of) if found else None
