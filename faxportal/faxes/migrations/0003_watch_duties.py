"""When the watch last did each of its duties."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('faxes', '0002_circuits_and_renewals'),
    ]

    operations = [
        migrations.CreateModel(
            name='WatchDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True)),
                ('done_at', models.DateTimeField()),
            ],
        ),
    ]
