"""Organisations, staff and assignments, as stored."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from hembesok.access.rules.roles import Role
from hembesok.access.sealed import SealedTextField
from hembesok.values.kinds import choices, texts


class Organisation(models.Model):
    """A region, a municipality or a private provider."""

    name = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """The part of an organisation that is a party: its own secrecy, its own record."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="unit_named_once")
        ]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place where the programme runs, with the units in whose records its families stand."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    clinic = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    advice = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["Staff"]):
    """Makes staff with a hashed password."""

    def create_user(self, login: str, name: str, password: str | None = None) -> "Staff":
        """Make a staff member; without a password the account cannot sign in."""
        staff = self.model(login=login, name=name)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser):
    """A person who signs in. What the person may do stands in the assignments."""

    login = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    session_stamp = models.CharField(max_length=16, blank=True, default="")
    """Renewed when the way of signing in changes: every session begun before is then over."""
    email = SealedTextField(blank=True, default="")
    """Where the person is told that a colleague is missed; theirs to write, or not."""

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = StaffManager()

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Return what a session is compared with: the password and the stamp, keyed."""
        both = super().get_session_auth_hash() + self.session_stamp
        return salted_hmac("hembesok.access.session", both, algorithm="sha256").hexdigest()

    @property
    def short_name(self) -> str:
        """The last name, as teams are spoken of: Ek / Nur."""
        return self.name.split()[-1] if self.name else self.login


class Assignment(models.Model):
    """A role of a staff member at a unit, for a site, from a day to a day (both included)."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=40, choices=choices(Role))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="assignment_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(role__in=texts(Role)), name="assignment_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.staff}: {self.role}, {self.unit}"
