import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What each facility, item of stock and person did on each day or in each month, in figures."""

    initial = True

    dependencies = [
        ("facilities", "0004_rest_days"),
        ("staff", "0006_rota"),
        ("inventory", "0014_take_home"),
    ]

    operations = [
        migrations.CreateModel(
            name="Summarised",
            fields=[
                (
                    "facility",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="facilities.facility",
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("through", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_day__isnull", True), ("last_day__gte", models.F("first_day")), _connector="OR"
                        ),
                        name="oversight_summarised_last_day_after_first_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("opening", models.BigIntegerField()),
                ("received", models.BigIntegerField()),
                ("surplus", models.BigIntegerField()),
                ("used", models.BigIntegerField()),
                ("sent", models.BigIntegerField()),
                ("disposed", models.BigIntegerField()),
                ("loss", models.BigIntegerField()),
                ("closing", models.BigIntegerField()),
                ("closed", models.BigIntegerField()),
                ("opened", models.BigIntegerField()),
                ("set_apart", models.BigIntegerField()),
                ("unsettled", models.BigIntegerField()),
                ("transit", models.BigIntegerField()),
                ("usable", models.BigIntegerField()),
                ("computed_at", models.DateTimeField()),
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
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.item",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "item", "day"), name="oversight_itemday_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed__gte", 0),
                            ("opened__gte", 0),
                            ("set_apart__gte", 0),
                            ("transit__gte", 0),
                            ("usable__gte", 0),
                        ),
                        name="oversight_itemday_none_below_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "closing",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("opening"), "+", models.F("received")
                                        ),
                                        "+",
                                        models.F("surplus"),
                                    ),
                                    "-",
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("used"), "+", models.F("sent")
                                            ),
                                            "+",
                                            models.F("disposed"),
                                        ),
                                        "+",
                                        models.F("loss"),
                                    ),
                                ),
                            )
                        ),
                        name="oversight_itemday_flows_add_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "closing",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("closed"), "+", models.F("opened")
                                        ),
                                        "+",
                                        models.F("set_apart"),
                                    ),
                                    "+",
                                    models.F("unsettled"),
                                ),
                            )
                        ),
                        name="oversight_itemday_places_add_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "usable__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("closed"), "+", models.F("opened")
                                ),
                            )
                        ),
                        name="oversight_itemday_usable_is_there",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                ("duty", models.IntegerField()),
                ("working", models.IntegerField()),
                ("rest", models.IntegerField()),
                ("holiday", models.IntegerField()),
                ("night", models.IntegerField()),
                ("overtime", models.IntegerField()),
                ("overtime_working", models.IntegerField()),
                ("overtime_rest", models.IntegerField()),
                ("overtime_holiday", models.IntegerField()),
                ("overtime_night", models.IntegerField()),
                ("payable", models.IntegerField()),
                ("unpaid", models.IntegerField()),
                ("taken_day", models.IntegerField()),
                ("taken_band", models.IntegerField()),
                ("taken_month", models.IntegerField()),
                ("taken_year", models.IntegerField()),
                ("paid", models.IntegerField()),
                ("days", models.IntegerField()),
                ("rest_days", models.IntegerField()),
                ("holidays", models.IntegerField()),
                ("waiting", models.IntegerField()),
                ("computed_at", models.DateTimeField()),
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
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "month"], name="oversight_personmonth_site")],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "month", "facility"), name="oversight_personmonth_once"),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="oversight_personmonth_month_begins"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("days__gte", 0),
                            ("holiday__gte", 0),
                            ("holidays__gte", 0),
                            ("night__gte", 0),
                            ("overtime_holiday__gte", 0),
                            ("overtime_night__gte", 0),
                            ("overtime_rest__gte", 0),
                            ("overtime_working__gte", 0),
                            ("payable__gte", 0),
                            ("rest__gte", 0),
                            ("rest_days__gte", 0),
                            ("taken_band__gte", 0),
                            ("taken_day__gte", 0),
                            ("taken_month__gte", 0),
                            ("taken_year__gte", 0),
                            ("waiting__gte", 0),
                            ("working__gte", 0),
                        ),
                        name="oversight_personmonth_none_below_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "duty",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("working"), "+", models.F("rest")
                                    ),
                                    "+",
                                    models.F("holiday"),
                                ),
                            )
                        ),
                        name="oversight_personmonth_duty_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "overtime",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("overtime_working"), "+", models.F("overtime_rest")
                                    ),
                                    "+",
                                    models.F("overtime_holiday"),
                                ),
                            )
                        ),
                        name="oversight_personmonth_overtime_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "overtime",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("payable"), "+", models.F("unpaid")
                                ),
                            )
                        ),
                        name="oversight_personmonth_payable_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "unpaid",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("taken_day"), "+", models.F("taken_band")
                                        ),
                                        "+",
                                        models.F("taken_month"),
                                    ),
                                    "+",
                                    models.F("taken_year"),
                                ),
                            )
                        ),
                        name="oversight_personmonth_unpaid_explained",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "days__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("rest_days"), "+", models.F("holidays")
                                ),
                            ),
                            ("night__lte", models.F("duty")),
                            ("overtime_holiday__lte", models.F("holiday")),
                            ("overtime_night__lte", models.F("overtime")),
                            ("overtime_rest__lte", models.F("rest")),
                            ("overtime_working__lte", models.F("working")),
                        ),
                        name="oversight_personmonth_part_of_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("caseload", models.IntegerField()),
                ("due", models.IntegerField()),
                ("by_dose", models.IntegerField()),
                ("elsewhere", models.IntegerField()),
                ("take_home", models.IntegerField()),
                ("vomited", models.IntegerField()),
                ("nothing", models.IntegerField()),
                ("unknown", models.IntegerField()),
                ("came", models.IntegerField()),
                ("dosed", models.IntegerField()),
                ("turned_away", models.IntegerField()),
                ("withheld", models.IntegerField()),
                ("intoxicated", models.IntegerField()),
                ("sent_away", models.IntegerField()),
                ("no_prescription", models.IntegerField()),
                ("missed_rule_block", models.IntegerField()),
                ("stock_out", models.IntegerField()),
                ("not_swallowed", models.IntegerField()),
                ("missed", models.IntegerField()),
                ("missed_1_2", models.IntegerField()),
                ("missed_3", models.IntegerField()),
                ("missed_4_5", models.IntegerField()),
                ("missed_6_29", models.IntegerField()),
                ("missed_30", models.IntegerField()),
                ("missed_by_choice", models.IntegerField()),
                ("doses", models.IntegerField()),
                ("mg", models.DecimalField(decimal_places=2, max_digits=10)),
                ("recorded", models.IntegerField()),
                ("late", models.IntegerField()),
                ("paper", models.IntegerField()),
                ("findings", models.IntegerField()),
                ("seconds", models.IntegerField()),
                ("alone", models.IntegerField()),
                ("wrong", models.IntegerField()),
                ("near", models.IntegerField()),
                ("vomits", models.IntegerField()),
                ("answers", models.IntegerField()),
                ("answer_minutes", models.IntegerField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("computed_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("facility", "day"), name="oversight_siteday_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("alone__gte", 0),
                            ("answer_minutes__gte", 0),
                            ("by_dose__gte", 0),
                            ("caseload__gte", 0),
                            ("dosed__gte", 0),
                            ("doses__gte", 0),
                            ("elsewhere__gte", 0),
                            ("findings__gte", 0),
                            ("intoxicated__gte", 0),
                            ("late__gte", 0),
                            ("mg__gte", 0),
                            ("missed_1_2__gte", 0),
                            ("missed_30__gte", 0),
                            ("missed_3__gte", 0),
                            ("missed_4_5__gte", 0),
                            ("missed_6_29__gte", 0),
                            ("missed_by_choice__gte", 0),
                            ("missed_rule_block__gte", 0),
                            ("near__gte", 0),
                            ("no_prescription__gte", 0),
                            ("not_swallowed__gte", 0),
                            ("nothing__gte", 0),
                            ("paper__gte", 0),
                            ("sent_away__gte", 0),
                            ("stock_out__gte", 0),
                            ("take_home__gte", 0),
                            ("unknown__gte", 0),
                            ("vomited__gte", 0),
                            ("vomits__gte", 0),
                            ("withheld__gte", 0),
                            ("wrong__gte", 0),
                        ),
                        name="oversight_siteday_none_below_zero",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "due",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("by_dose"), "+", models.F("elsewhere")
                                                ),
                                                "+",
                                                models.F("take_home"),
                                            ),
                                            "+",
                                            models.F("vomited"),
                                        ),
                                        "+",
                                        models.F("nothing"),
                                    ),
                                    "+",
                                    models.F("unknown"),
                                ),
                            )
                        ),
                        name="oversight_siteday_due_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "turned_away",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("withheld"), "+", models.F("intoxicated")
                                                ),
                                                "+",
                                                models.F("sent_away"),
                                            ),
                                            "+",
                                            models.F("no_prescription"),
                                        ),
                                        "+",
                                        models.F("missed_rule_block"),
                                    ),
                                    "+",
                                    models.F("stock_out"),
                                ),
                            )
                        ),
                        name="oversight_siteday_turned_away_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "came",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("dosed"), "+", models.F("turned_away")
                                    ),
                                    "+",
                                    models.F("not_swallowed"),
                                ),
                            )
                        ),
                        name="oversight_siteday_came_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "missed",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("missed_1_2"), "+", models.F("missed_3")
                                            ),
                                            "+",
                                            models.F("missed_4_5"),
                                        ),
                                        "+",
                                        models.F("missed_6_29"),
                                    ),
                                    "+",
                                    models.F("missed_30"),
                                ),
                            )
                        ),
                        name="oversight_siteday_missed_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("alone__lte", models.F("seconds")),
                            ("findings__lte", models.F("recorded")),
                            ("late__lte", models.F("recorded")),
                            ("missed__lte", models.F("due")),
                            ("missed_by_choice__lte", models.F("missed")),
                            ("paper__lte", models.F("late")),
                        ),
                        name="oversight_siteday_part_of_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer_minutes", 0), ("answers", 0)), ("answers__gt", 0), _connector="OR"
                        ),
                        name="oversight_siteday_answers_fit",
                    ),
                ],
            },
        ),
    ]
