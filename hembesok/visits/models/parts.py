"""Who takes part in a visit, and its interpreter, as stored."""

from django.db import models
from django.db.models import Q

from hembesok.access.models import Staff
from hembesok.access.sealed import SealedTextField
from hembesok.values.kinds import choices, texts
from hembesok.visits.models.visit import Visit
from hembesok.visits.rules.parts import (
    GUESTS,
    ROLE_OF,
    Answer,
    Came,
    GenderWish,
    Mode,
    Part,
    PartKind,
    Quality,
)


class VisitPart(models.Model):
    """Whose part of a visit, who has it, and what the answer is.

    Staff have a `staff`; a guest has a `name` and no account; the family has neither.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=10, choices=choices(PartKind))
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    name = SealedTextField(blank=True)
    answer = models.CharField(max_length=5, choices=choices(Answer), default=Answer.ASKED.value)
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "kind"], name="visit_part_once"),
            models.CheckConstraint(
                condition=Q(kind__in=texts(PartKind)), name="visit_part_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(answer="asked", answered_by__isnull=True, answered_at__isnull=True)
                | Q(
                    answer__in=["yes", "no"],
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
                name="visit_part_answered_by_and_when",
            ),
            models.CheckConstraint(
                condition=Q(staff__isnull=True) | Q(kind__in=texts(ROLE_OF)),
                name="visit_part_staff_visit",
            ),
            models.CheckConstraint(
                condition=Q(name="") | Q(kind__in=texts(GUESTS)),
                name="visit_part_named_is_a_guest",
            ),
            models.CheckConstraint(
                condition=Q(answer="asked") | Q(staff__isnull=False) | ~Q(kind__in=texts(ROLE_OF)),
                name="visit_part_answered_by_somebody_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit}: {self.kind}"

    @property
    def value(self) -> Part:
        """The part as the rules see it; `staff` is fetched with it."""
        name = self.staff.name if self.staff is not None else self.name
        return Part(PartKind(self.kind), self.staff_id, name, Answer(self.answer))


class InterpreterBooking(models.Model):
    """The interpreter of a visit: what was booked, who confirmed it, and how it went.

    `cost` is in SEK. `authorised` is whether an authorised interpreter was asked for.
    """

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="interpreter")
    language = models.CharField(max_length=10)  # BCP 47, as "so"
    dialect = SealedTextField(blank=True)
    gender_wish = models.CharField(max_length=5, blank=True, choices=choices(GenderWish))
    mode = models.CharField(max_length=10, choices=choices(Mode))
    agency = models.CharField(max_length=100, blank=True)
    authorised = models.BooleanField(default=False)
    booked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    came = models.CharField(max_length=10, blank=True, choices=choices(Came))
    quality = models.CharField(max_length=10, blank=True, choices=choices(Quality))
    cost = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(language=""), name="interpreter_has_a_language"),
            models.CheckConstraint(
                condition=Q(mode__in=texts(Mode)), name="interpreter_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(gender_wish__in=["", *texts(GenderWish)]),
                name="interpreter_gender_wish_known",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="interpreter_confirmed_by_and_when",
            ),
            models.CheckConstraint(
                condition=Q(came__in=["", *texts(Came)]), name="interpreter_came_known"
            ),
            models.CheckConstraint(
                condition=Q(quality="")
                | Q(quality__in=texts(Quality), came__in=["on_time", "late"]),
                name="interpreter_quality_of_one_who_came",
            ),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0),
                name="interpreter_cost_likely",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit}: interpreter"
