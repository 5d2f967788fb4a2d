"""The trail chained: a new table in place of the old one, its head, and the reviews of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from hembesok.access.appendonly import append_only


class Migration(migrations.Migration):
    dependencies = [("access", "0002_append_only")]

    operations = [
        migrations.DeleteModel(name="TrailEntry"),
        migrations.CreateModel(
            name="TrailEntry",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("role", models.CharField(blank=True, max_length=40)),
                ("action", models.CharField(max_length=40)),
                ("subject", models.CharField(blank=True, db_index=True, max_length=60)),
                ("detail", models.CharField(blank=True, max_length=100)),
                ("why", models.CharField(blank=True, max_length=20)),
                ("key", models.CharField(max_length=40)),
                ("link", models.CharField(max_length=64)),
                (
                    "staff",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.unit",
                    ),
                ),
            ],
            options={"verbose_name_plural": "trail entries"},
        ),
        migrations.CreateModel(
            name="TrailHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField(default=0)),
                ("link", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_trail_head")
                ],
            },
        ),
        migrations.CreateModel(
            name="LogReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("ordinary", "ordinary"),
                            ("question", "question"),
                            ("breach", "breach"),
                        ],
                        max_length=10,
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=300)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="access.trailentry",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["ordinary", "question", "breach"])),
                        name="log_review_verdict_known",
                    )
                ],
            },
        ),
        append_only("access_trailentry"),
        append_only("access_logreview"),
    ]
