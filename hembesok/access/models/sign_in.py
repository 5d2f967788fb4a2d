"""How staff prove who they are: identities at a provider, and second factors."""

from django.db import models

from hembesok.access.models.people import Staff
from hembesok.access.sealed import BlindIndexField, SealedTextField


class StaffIdentity(models.Model):
    """A person at an identity provider, found by a blind index: the subject may be a number.

    It is sealed beside its index, as an index alone could not follow when the keys rotate.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="identities")
    provider = models.SlugField(max_length=40)
    subject = SealedTextField()
    subject_index = BlindIndexField(source="subject")

    class Meta:
        verbose_name_plural = "staff identities"
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "subject_index"], name="identity_is_one_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} at {self.provider}"


class TotpFactor(models.Model):
    """An app that shows codes: its sealed secret, and the last step whose code was used."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="totp")
    secret = SealedTextField()
    last_step = models.PositiveBigIntegerField()
    made = models.DateTimeField()

    def __str__(self) -> str:
        return f"app of {self.staff_id}"


class Passkey(models.Model):
    """A key kept by a phone, a computer or a token; we hold its public half."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="passkeys")
    credential = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    sign_count = models.PositiveBigIntegerField()
    made = models.DateTimeField()

    def __str__(self) -> str:
        return f"passkey of {self.staff_id}"


class RecoveryCode(models.Model):
    """A code on paper for the day the phone is gone: kept hashed, and used once."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="recovery_codes")
    code = models.CharField(max_length=64)
    used = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "code"], name="recovery_code_once"),
        ]

    def __str__(self) -> str:
        return f"recovery code of {self.staff_id}"
