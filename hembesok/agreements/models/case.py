"""A case, its memorandum in versions, and what has been done with it."""

from django.db import models
from django.db.models import Q

from hembesok.access.models import Site, Staff
from hembesok.agreements.rules.cases import Act, Did
from hembesok.agreements.rules.memoranda import Text
from hembesok.values.kinds import choices, texts


class Case(models.Model):
    """A matter that a board or a delegate decides, under its registry number (diarienummer)."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    registry_number = models.CharField(max_length=50)
    title = models.CharField(max_length=300)
    officer = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    opened = models.DateField()
    command = models.UUIDField(null=True, unique=True)
    """The id of the press that opened it: pressed twice, it is opened once."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "registry_number"], name="case_numbered_once_at_a_site"
            )
        ]

    def __str__(self) -> str:
        return f"{self.registry_number} {self.title}"

    @property
    def subject(self) -> str:
        """How the trail names it."""
        return f"case:{self.pk}"


class MemorandumVersion(models.Model):
    """A version of the official memorandum; what is written is never changed, only written anew."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "number"], name="memorandum_version_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.number}"

    @property
    def text(self) -> Text:
        """The memorandum."""
        return Text.read(self.content)


class CaseAct(models.Model):
    """One act with a case, in its order; how the case stands is told from all of them."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="acts")
    number = models.PositiveSmallIntegerField()
    act = models.CharField(max_length=20, choices=choices(Act))
    day = models.DateField()
    reference = models.CharField(max_length=100, blank=True)
    whom = models.CharField(max_length=200, blank=True)
    said = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    command = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="case_act_numbered_once"),
            models.UniqueConstraint(
                fields=["case", "command"],
                condition=Q(command__isnull=False),
                name="case_act_once_a_command",
            ),
            models.CheckConstraint(condition=Q(act__in=texts(Act)), name="case_act_known"),
            models.UniqueConstraint(
                fields=["case", "whom", "act"],
                condition=Q(act__in=[Act.DISPATCH, Act.RECEIVE, Act.AUTHORISE]),
                name="case_act_once_for_each",
            ),
            models.UniqueConstraint(
                fields=["case", "act"],
                condition=Q(act__in=[Act.APPROVE, Act.REJECT, Act.DELEGATE, Act.VERIFY, Act.CLOSE]),
                name="case_decided_verified_closed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.act} {self.day}"

    @property
    def did(self) -> Did:
        """The act, as the rules read it."""
        return Did(Act(self.act), self.day, self.reference, self.whom, self.said)
