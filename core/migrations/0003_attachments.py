from django.db import migrations, models

from core.tables import append_only


class Migration(migrations.Migration):
    """Pictures that were added to facts."""

    dependencies = [("core", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("size", models.PositiveIntegerField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField()),
                ("added_by_id", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="core_attachment_digest_whole"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("height__gt", 0), ("size__gt", 0), ("width__gt", 0)),
                        name="core_attachment_holds_something",
                    ),
                ],
            },
        ),
        append_only("core_attachment"),
    ]
