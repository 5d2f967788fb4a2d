"""The words around the questions of a form; the questions' own words stand in the form."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Final[Mapping[str, Promise]] = {
    "answer_and_unasked": _("Answer, or choose Not asked, not both."),
    "answer_blank": _("Write something, or leave it empty."),
    "answer_day": _("Write the day as YYYY-MM-DD."),
    "answer_itself": _("Answer this question."),
    "answer_kind": _("This is no answer to the question. Answer it again."),
    "answer_no_option": _("Choose among the answers that are offered."),
    "answer_number": _("Write a number, with at most 15 digits."),
    "answer_only_one": _("Choose one answer."),
    "answer_or_unasked": _("Answer, or choose Not asked."),
    "answer_signs": _("The text has characters that cannot be shown. Write it again."),
    "answer_to_nothing": _("The form asks no such question. Open the page again."),
    "answer_too_little": _("Write %(least)s or more."),
    "answer_too_long": _("Write at most %(most)s characters."),
    "answer_too_much": _("Write %(most)s or less."),
    "answer_twice": _("Choose each answer once."),
    "answer_whole_number": _("Write a whole number."),
}
"""Why an answer is none, or not enough."""

COMPARED: Final[Mapping[str, Promise]] = {
    "=": _("the answer to “%(question)s” is %(answer)s"),
    "!=": _("the answer to “%(question)s” is not %(answer)s"),
    ">": _("“%(question)s” is more than %(answer)s"),
    "<": _("“%(question)s” is less than %(answer)s"),
    ">=": _("“%(question)s” is %(answer)s or more"),
    "<=": _("“%(question)s” is %(answer)s or less"),
    "exists": _("“%(question)s” is answered"),
    "missing": _("“%(question)s” is not answered"),
}
"""What a condition asks of an earlier question."""
