"""What the database itself keeps from changing."""

from django.db import migrations

from hembesok.access.appendonly import append_only


class Migration(migrations.Migration):
    dependencies = [("programme", "0001_initial")]

    operations = [append_only("programme_programmeversion")]
