"""Where each fax stands in the lists, for those that were submitted before.

In the order that the lists had. Batch by batch, each its own transaction, so that a run that was
stopped goes on where it was.
"""

from datetime import UTC, datetime, timedelta

from django.db import connection, migrations, models

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CHUNK = 5000


def fill(apps, schema_editor):
    faxes = apps.get_model('faxes', 'Fax').objects
    newest = faxes.exclude(place=None).order_by('-submitted_at', '-id').first()
    last = newest and (newest.place, newest.submitted_at, newest.pk)
    while chunk := list(_next(faxes, last)):
        rows = []
        for pk, at in chunk:
            place = (at - EPOCH) // timedelta(milliseconds=1)
            place = max(place, last[0] + 1) if last else place
            last = place, at, pk
            rows.append(f'({pk}, {place})')
        with connection.cursor() as cursor:
            # Either database names the columns of values so.
            cursor.execute(
                f'UPDATE faxes_fax SET place = given.column2 FROM (VALUES {", ".join(rows)}) AS given'
                ' WHERE faxes_fax.id = given.column1'
            )


def _next(faxes, last):
    ahead = faxes.exclude(submitted_at=None)
    if last:
        _place, at, pk = last
        behind = models.Q(submitted_at__gt=at) | models.Q(pk__gt=pk)
        ahead = ahead.filter(behind, submitted_at__gte=at)
    return ahead.order_by('submitted_at', 'id').values_list('pk', 'submitted_at')[:CHUNK]


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('faxes', '0024_handover_by_reason'),
    ]

    operations = [
        migrations.AddField(
            model_name='fax',
            name='place',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
