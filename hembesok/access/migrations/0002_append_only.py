"""What the database itself keeps from changing."""

from django.db import migrations

from hembesok.access.appendonly import append_only


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [append_only("access_trailentry"), append_only("access_logreview")]
