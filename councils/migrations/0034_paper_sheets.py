from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("councils", "0033_amendment_instruction_guards")]

    operations = [
        migrations.AddField(
            model_name="paperreading", name="reasons", field=models.JSONField(db_default={}, default=dict)
        ),
    ]
