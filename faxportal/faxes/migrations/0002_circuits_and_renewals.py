"""Circuits of servers, turns, how often targets were renewed, and doubt about earlier handovers."""

from django.db import migrations, models


def take_turns_of_scheduled(apps, schema_editor):
    """Take the turns of handovers that are not due yet: they get turns when they are due."""
    Handover = apps.get_model("faxes", "Handover")
    Handover.objects.filter(state="planned", fax__state="scheduled").update(queue_position=None)


def mark_doubt(apps, schema_editor):
    """Mark the handovers that followed a *Send again* in the same batch."""
    Handover = apps.get_model("faxes", "Handover")
    repeated = Handover.objects.filter(state="abandoned", reason="sent_again")
    for fax, batch, first in repeated.values_list("fax", "batch", "pk"):
        later = Handover.objects.filter(fax=fax, batch=batch, pk__gt=first)
        # A batch that was divided goes on under new numbers, which no row connects with it.
        divided = later.filter(state="abandoned", reason__in=["halved", "set_apart"]).first()
        if divided is not None:
            Handover.objects.filter(fax=fax, pk__gt=divided.pk).update(earlier_in_doubt=True)
        later.update(earlier_in_doubt=True)


class Migration(migrations.Migration):

    dependencies = [
        ('faxes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Circuit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=300, unique=True)),
                ('storage_origin', models.CharField(blank=True, max_length=300)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('failing_since', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('rests_until', models.DateTimeField(null=True)),
                ('probed_by', models.BigIntegerField(null=True)),
                ('reason', models.CharField(blank=True, max_length=50)),
            ],
            options={
                'ordering': ['origin'],
            },
        ),
        migrations.AddField(
            model_name='handover',
            name='earlier_in_doubt',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='handover',
            name='renewals',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='handover',
            name='storage_origin',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AlterField(
            model_name='handover',
            name='queue_position',
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunPython(take_turns_of_scheduled, migrations.RunPython.noop),
        migrations.RunPython(mark_doubt, migrations.RunPython.noop),
    ]
