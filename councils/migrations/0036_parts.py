"""A voting right belongs to a part of its roll where the charter asks for a majority of parts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("councils", "0035_paper_sheet_guards")]

    operations = [
        migrations.AddField(
            model_name="rollentry",
            name="part",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
    ]
