import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.tables import append_only, set_once


class Migration(migrations.Migration):
    """Referrals with their steps, and what the old place said of the last dose."""

    dependencies = [
        ("dispensing", "0011_stability"),
        ("patients", "0005_places"),
        ("facilities", "0002_guards"),
        ("staff", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("initiator", models.CharField(max_length=10)),
                ("urgent", models.BooleanField()),
                ("reasons", models.JSONField()),
                ("words", models.CharField(blank=True, max_length=500)),
                ("summary", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("drafted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_state", models.CharField(max_length=12, null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_facility",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="patients.patient",
                    ),
                ),
                (
                    "to_facility",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["patient", "-drafted_at"], name="dispensing_referral_patient"),
                    models.Index(fields=["clinic", "-drafted_at"], name="dispensing_referral_clinic"),
                    models.Index(fields=["from_facility", "-drafted_at"], name="dispensing_referral_from"),
                    models.Index(fields=["to_facility", "-drafted_at"], name="dispensing_referral_to"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["to_clinic", "transfer_in", "between"])),
                        name="dispensing_referral_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("initiator__in", ["patient", "site", "clinic", "system"])),
                        name="dispensing_referral_initiator_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_facility", models.F("to_facility")), _negated=True),
                        name="dispensing_referral_from_facility_not_to_facility",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("clinic", models.F("to_facility")), ("kind", "to_clinic")),
                            models.Q(("clinic", models.F("from_facility")), ("kind", "transfer_in")),
                            models.Q(
                                ("kind", "between"),
                                models.Q(("clinic", models.F("to_facility")), _negated=True),
                                models.Q(("clinic", models.F("from_facility")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="dispensing_referral_clinic_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("drafted_by__isnull", True), ("initiator", "system")),
                            models.Q(models.Q(("initiator", "system"), _negated=True), ("drafted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_referral_drafted_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="dispensing_referral_digest_whole"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_state__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_state__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_referral_ended_at_paired",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_state__isnull", True),
                            ("ended_state__in", ["cancelled", "closed", "kept", "moved", "returned"]),
                            _connector="OR",
                        ),
                        name="dispensing_referral_ended_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("patient",),
                        name="dispensing_referral_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralStep",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("step", models.CharField(max_length=12)),
                ("before", models.CharField(max_length=12)),
                ("state", models.CharField(max_length=12)),
                ("side", models.CharField(max_length=10)),
                ("actor_label", models.CharField(max_length=40)),
                ("acting_as", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                ("moves_on", models.DateField(null=True)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("answer", models.CharField(blank=True, max_length=12)),
                ("digest", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
                (
                    "prescription",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dispensing.prescription",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="dispensing.referral",
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.signature"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("referral", "position"), name="dispensing_referralstep_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gt", 0)), name="dispensing_referralstep_position_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("side__in", ["site", "clinic", "physician", "head", "site_head", "receiver", "system"])
                        ),
                        name="dispensing_referralstep_side_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("before", "new"), ("state", "drafted"), ("step", "draft")),
                            models.Q(("before", "drafted"), ("state", "sent"), ("step", "send")),
                            models.Q(("before", "drafted"), ("state", "cancelled"), ("step", "cancel")),
                            models.Q(("before", "sent"), ("state", "acknowledged"), ("step", "acknowledge")),
                            models.Q(("before", "sent"), ("state", "closed"), ("step", "answer")),
                            models.Q(("before", "acknowledged"), ("state", "closed"), ("step", "answer")),
                            models.Q(("before", "appointed"), ("state", "closed"), ("step", "answer")),
                            models.Q(("before", "sent"), ("state", "appointed"), ("step", "appoint")),
                            models.Q(("before", "sent"), ("state", "expected"), ("step", "appoint")),
                            models.Q(("before", "acknowledged"), ("state", "appointed"), ("step", "appoint")),
                            models.Q(("before", "acknowledged"), ("state", "expected"), ("step", "appoint")),
                            models.Q(("before", "appointed"), ("state", "appointed"), ("step", "appoint")),
                            models.Q(("before", "appointed"), ("state", "expected"), ("step", "appoint")),
                            models.Q(("before", "not_arrived"), ("state", "appointed"), ("step", "appoint")),
                            models.Q(("before", "not_arrived"), ("state", "expected"), ("step", "appoint")),
                            models.Q(("before", "appointed"), ("state", "expected"), ("step", "agree")),
                            models.Q(("before", "appointed"), ("state", "acknowledged"), ("step", "other_day")),
                            models.Q(("before", "expected"), ("state", "arrived"), ("step", "arrive")),
                            models.Q(("before", "not_arrived"), ("state", "arrived"), ("step", "arrive")),
                            models.Q(("before", "expected"), ("state", "not_arrived"), ("step", "not_arrive")),
                            models.Q(("before", "expected"), ("state", "closed"), ("step", "go_back")),
                            models.Q(("before", "not_arrived"), ("state", "closed"), ("step", "go_back")),
                            models.Q(("before", "arrived"), ("state", "treated"), ("step", "treat")),
                            models.Q(("before", "treated"), ("state", "kept"), ("step", "keep")),
                            models.Q(("before", "treated"), ("state", "offered"), ("step", "offer")),
                            models.Q(("before", "drafted"), ("state", "offered"), ("step", "offer")),
                            models.Q(("before", "offered"), ("state", "signed"), ("step", "countersign")),
                            models.Q(("before", "signed"), ("state", "moving"), ("step", "accept")),
                            models.Q(("before", "offered"), ("state", "treated"), ("step", "decline")),
                            models.Q(("before", "signed"), ("state", "treated"), ("step", "decline")),
                            models.Q(("before", "offered"), ("state", "closed"), ("step", "decline")),
                            models.Q(("before", "signed"), ("state", "closed"), ("step", "decline")),
                            models.Q(("before", "moving"), ("state", "returned"), ("step", "settle")),
                            models.Q(("before", "moving"), ("state", "moved"), ("step", "settle")),
                            models.Q(("before", "sent"), ("state", "closed"), ("step", "close")),
                            models.Q(("before", "acknowledged"), ("state", "closed"), ("step", "close")),
                            models.Q(("before", "appointed"), ("state", "closed"), ("step", "close")),
                            models.Q(("before", "expected"), ("state", "closed"), ("step", "close")),
                            models.Q(("before", "not_arrived"), ("state", "closed"), ("step", "close")),
                            models.Q(("before", "arrived"), ("state", "closed"), ("step", "close")),
                            models.Q(("before", "treated"), ("state", "closed"), ("step", "close")),
                            models.Q(("before", "moving"), ("state", "closed"), ("step", "close")),
                            _connector="OR",
                        ),
                        name="dispensing_referralstep_known_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("actor__isnull", True), ("side", "system")),
                            models.Q(models.Q(("side", "system"), _negated=True), ("actor__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispensing_referralstep_done_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("actor__isnull", False),
                                ("signature__isnull", False),
                                ("step__in", ["send", "keep", "offer", "countersign", "accept"]),
                            ),
                            models.Q(
                                ("signature__isnull", True),
                                models.Q(
                                    ("step__in", ["send", "keep", "offer", "countersign", "accept"]), _negated=True
                                ),
                            ),
                            models.Q(("actor__isnull", True), ("signature__isnull", True)),
                            _connector="OR",
                        ),
                        name="dispensing_referralstep_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("step__in", ["cancel", "other_day", "go_back", "keep", "decline", "close"]),
                                _negated=True,
                            ),
                            models.Q(("words", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dispensing_referralstep_words_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("step__in", ["appoint", "agree", "go_back", "offer", "accept"]), _negated=True),
                            ("moves_on__isnull", False),
                            _connector="OR",
                        ),
                        name="dispensing_referralstep_day_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer__in", ["same", "reduced", "raised", "reinduction"]),
                                ("prescription__isnull", False),
                                ("step__in", ["answer", "treat"]),
                            ),
                            models.Q(
                                ("answer", ""),
                                ("prescription__isnull", True),
                                models.Q(("step__in", ["answer", "treat"]), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="dispensing_referralstep_answered_by_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="dispensing_referralstep_digest_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LastDoseTold",
            fields=[
                ("id", models.UUIDField(default=core.ids.new_id, primary_key=True, serialize=False)),
                ("proof", models.CharField(max_length=10)),
                ("told_by", models.CharField(max_length=120)),
                ("last_day", models.DateField()),
                ("mg", models.DecimalField(decimal_places=2, max_digits=6)),
                ("recorded_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.placement"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["patient", "-recorded_at"], name="dispensing_lastdosetold_last")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("proof__in", ["call", "slip"])), name="dispensing_lastdosetold_proof_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mg__gt", 0)), name="dispensing_lastdosetold_mg_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("told_by", ""), _negated=True),
                        name="dispensing_lastdosetold_told_by_somebody",
                    ),
                ],
            },
        ),
        set_once("dispensing_referral", ["ended_at", "ended_state"]),
        append_only("dispensing_referralstep", "dispensing_lastdosetold"),
    ]
