import hembesok.access.sealed
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="staff",
            name="email",
            field=hembesok.access.sealed.SealedTextField(blank=True, default=""),
        ),
    ]
