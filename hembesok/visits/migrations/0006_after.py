import django.db.models.deletion
import hembesok.access.sealed
from hembesok.access.appendonly import append_only, grow_only
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_staff_email"),
        ("visits", "0005_offline"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", hembesok.access.sealed.SealedTextField()),
                ("media_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("digest", hembesok.access.sealed.SealedTextField()),
                ("added_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "withdrawn_reason",
                    hembesok.access.sealed.SealedTextField(blank=True, default=""),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "block",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="visits.block",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AttachmentPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                ("content", hembesok.access.sealed.SealedTextField()),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="visits.attachment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("due_back", models.DateTimeField()),
                ("out_at", models.DateTimeField(blank=True, null=True)),
                ("alarmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mail",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sent", "sent"),
                            ("refused", "refused"),
                            ("no_address", "no_address"),
                        ],
                        max_length=20,
                    ),
                ),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "colleague",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "out_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.site",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_ins",
                        to="visits.visit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="JournalHeading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "service",
                    models.CharField(
                        choices=[
                            ("child_health", "child_health"),
                            ("social", "social"),
                            ("maternity", "maternity"),
                            ("dental", "dental"),
                        ],
                        max_length=20,
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=80)),
                ("order", models.PositiveIntegerField()),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.site",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="JournalTransfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("addenda", models.PositiveIntegerField()),
                (
                    "how",
                    models.CharField(
                        choices=[("copied", "copied"), ("file", "file"), ("by_hand", "by_hand")],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "block",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="visits.block",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("media_type__in", ["application/pdf", "image/jpeg", "image/png"])
                ),
                name="attachment_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gt", 0), ("size__lte", 10485760)),
                name="attachment_size_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                        ("withdrawn_reason", ""),
                    ),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="attachment_withdrawn_by_when_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachmentpart",
            constraint=models.UniqueConstraint(
                fields=("attachment", "place"), name="attachment_part_once"
            ),
        ),
        migrations.AddIndex(
            model_name="checkin",
            index=models.Index(
                condition=models.Q(("out_at__isnull", True)),
                fields=["due_back"],
                name="check_in_inside",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.UniqueConstraint(
                condition=models.Q(("out_at__isnull", True)),
                fields=("staff",),
                name="check_in_one_place_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_back__gt", models.F("at"))),
                name="check_in_back_after_going_in",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(
                condition=models.Q(("colleague", models.F("staff")), _negated=True),
                name="check_in_missed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("out_at__isnull", True), ("out_by__isnull", True)),
                    models.Q(("out_at__gte", models.F("at")), ("out_by__isnull", False)),
                    _connector="OR",
                ),
                name="check_in_out_by_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("alarmed_at__isnull", True), ("mail", "")),
                    models.Q(
                        ("alarmed_at__gt", models.F("due_back")),
                        ("mail__in", ["sent", "refused", "no_address"]),
                    ),
                    _connector="OR",
                ),
                name="check_in_alarm_after_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seen_at__isnull", True), ("seen_by__isnull", True)),
                    models.Q(("seen_at__gt", models.F("due_back")), ("seen_by__isnull", False)),
                    _connector="OR",
                ),
                name="check_in_seen_by_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="journalheading",
            constraint=models.UniqueConstraint(
                fields=("site", "service", "code"), name="journal_heading_once_a_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="journalheading",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="journal_heading_has_a_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="journalheading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("service__in", ["child_health", "social", "maternity", "dental"])
                ),
                name="journal_heading_service_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="journaltransfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["copied", "file", "by_hand"])),
                name="transfer_how_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="journaltransfer",
            constraint=models.UniqueConstraint(
                fields=("block", "addenda"), name="transfer_once_an_addendum"
            ),
        ),
        append_only("visits_journaltransfer"),
        grow_only(
            "visits_attachment",
            fixed=("id", "block_id", "media_type", "size", "added_by_id", "added_at"),
            sealed=("name", "digest"),
            once=("withdrawn_at",),
        ),
        grow_only(
            "visits_attachmentpart", fixed=("id", "attachment_id", "place"), sealed=("content",)
        ),
    ]
