"""`hembesok send-alarms`: e-mail about those who have not come out of a visit; run each minute."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.management import BaseCommand, CommandError
from django.utils import translation
from django.utils.timezone import now

from hembesok.access.models import Staff
from hembesok.project.gate import Serves
from hembesok.visits.services.checking_in import send_alarms
from hembesok.web.words_around import alarm_subject, alarm_text


class Command(BaseCommand):
    serves = Serves.OPERATOR
    help = "e-mail the colleagues of those who have not come out of a visit; for cron, each minute"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMAIL_HOST:
            raise CommandError("No mail server is set: HEMBESOK_MAIL in docs/settings.md.")
        with translation.override(settings.LANGUAGE_CODE):
            told = send_alarms(_send, at=now())
        if told.sent or told.refused or told.no_address or told.later:
            self.stdout.write(
                f"{told.sent} sent, {told.refused} refused for good, {told.no_address} without an"
                f" address, {told.later} to be tried again"
            )
        if told.later:
            raise CommandError("The mail server did not take all. The next run tries again.")


def _send(address: str, staff: Staff, back: datetime) -> None:
    EmailMessage(
        subject=alarm_subject(),
        body=alarm_text(staff.name, back),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        # Asked of the server for itself, so that one refused address stops no other.
        connection=get_connection(fail_silently=False),
        headers={"Auto-Submitted": "auto-generated"},
    ).send()
