from django.db import migrations, models


class Migration(migrations.Migration):
    """What production keeps of itself."""

    dependencies = [("core", "0004_job_runs")]

    operations = [
        migrations.CreateModel(
            name="FirstCode",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                ("used_by_id", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="core_firstcode_digest_whole"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__isnull", True), ("expires_at__gte", models.F("made_at")), _connector="OR"
                        ),
                        name="core_firstcode_expires_at_after_made_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("used_at__isnull", True), ("used_by_id__isnull", True)),
                            models.Q(("used_at__isnull", False), ("used_by_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="core_firstcode_used_at_paired",
                    ),
                ],
            },
        ),
    ]
