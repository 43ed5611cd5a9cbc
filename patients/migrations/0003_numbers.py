from django.db import migrations


class Migration(migrations.Migration):
    """Numbers that are never given twice, whoever asks at once: of patients' codes and of their cards."""

    dependencies = [("patients", "0002_guards")]

    operations = [
        migrations.RunSQL(
            sql=[
                "CREATE SEQUENCE patients_code_number MINVALUE 1000 MAXVALUE 999999999",
                "CREATE SEQUENCE patients_card_number MINVALUE 10000001 MAXVALUE 99999999",
                "GRANT USAGE, SELECT ON SEQUENCE patients_code_number, patients_card_number TO tram_app",
            ],
            reverse_sql=[
                "DROP SEQUENCE patients_card_number",
                "DROP SEQUENCE patients_code_number",
            ],
        )
    ]
