import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.tables import append_only, set_once

# A remote signature is of the person who got the code, for the colleague and the place they got it for.
_FITS = [
    """
    CREATE FUNCTION staff_code_fits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM staff_remotecode c
             WHERE c.id = NEW.code_id
               AND (c.witness_id, c.actor_id, c.facility_id)
                   IS DISTINCT FROM (NEW.second_id, NEW.actor_id, NEW.facility_id)
        ) THEN
            RAISE EXCEPTION 'the code of an attestation is of other people or of another place'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'staff_attestation_code_fits',
                      TABLE = 'staff_attestation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER staff_attestation_code_fits BEFORE INSERT ON staff_attestation
        FOR EACH ROW WHEN (NEW.code_id IS NOT NULL) EXECUTE FUNCTION staff_code_fits()
    """,
]
_FITS_NOT = ["DROP TRIGGER staff_attestation_code_fits ON staff_attestation", "DROP FUNCTION staff_code_fits()"]


class Migration(migrations.Migration):
    """A second person may sign from elsewhere by a one-time code, and say later that it was not what they were told."""

    dependencies = [("staff", "0002_guards"), ("facilities", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="RemoteCode",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("acting_as", models.CharField(max_length=200)),
                ("code_hash", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("used_for", models.UUIDField(null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="facilities.facility"),
                ),
                (
                    "witness",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("witness", models.F("actor")), _negated=True),
                        name="staff_remotecode_witness_not_actor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__isnull", True), ("expires_at__gte", models.F("made_at")), _connector="OR"
                        ),
                        name="staff_remotecode_expires_at_after_made_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("used_at__isnull", True), ("used_for__isnull", True)),
                            models.Q(("used_at__isnull", False), ("used_for__isnull", False)),
                            _connector="OR",
                        ),
                        name="staff_remotecode_used_at_paired",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["actor", "facility", "-made_at"], name="staff_remotecode_actor"),
                    models.Index(fields=["witness", "-made_at"], name="staff_remotecode_witness"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RemoteTry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="wrong", to="staff.remotecode"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="attestation",
            name="code",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="staff.remotecode"),
        ),
        migrations.AddField(
            model_name="attestation", name="considered_ms", field=models.PositiveIntegerField(null=True)
        ),
        migrations.RemoveConstraint(model_name="signature", name="staff_signature_proof_known"),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(("proof__in", ["pin", "password", "paper", "code"])),
                name="staff_signature_proof_known",
            ),
        ),
        migrations.RemoveConstraint(model_name="attestation", name="staff_attestation_mode_known"),
        migrations.RemoveConstraint(model_name="attestation", name="staff_attestation_mode_fits"),
        migrations.RemoveConstraint(model_name="attestation", name="staff_attestation_one_at_once"),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ["present", "remote", "alone", "review"])),
                name="staff_attestation_mode_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("code__isnull", True),
                        ("mode", "alone"),
                        ("second__isnull", True),
                        ("signature__isnull", True),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("code__isnull", True),
                        ("mode__in", ["present", "review"]),
                        ("second__isnull", False),
                        ("signature__isnull", False),
                    ),
                    models.Q(
                        ("code__isnull", False),
                        ("mode", "remote"),
                        ("second__isnull", False),
                        ("signature__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="staff_attestation_mode_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="attestation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("mode__in", ["present", "remote", "alone"])),
                fields=("act_id",),
                name="staff_attestation_one_at_once",
            ),
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("words", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "attestation",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="staff.attestation"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="staff_objection_words_given"
                    )
                ],
            },
        ),
        migrations.RunSQL(sql=_FITS, reverse_sql=_FITS_NOT),
        set_once("staff_remotecode", ["used_at", "used_for"]),
        append_only("staff_remotetry", "staff_objection"),
    ]
