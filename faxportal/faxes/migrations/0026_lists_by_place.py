"""Lists in the order of the faxes' places.

SQLite writes a table anew for a constraint: once for both, before there are indexes to fill.
"""

from django.conf import settings
from django.db import migrations, models


def take_memory(apps, schema_editor):
    """Up to 500 MB, given back with the connection: with SQLite's usual 2 MB, what is unique in a
    large table is written to disk over and over while the table is made anew."""
    if schema_editor.connection.vendor == 'sqlite':
        schema_editor.execute('PRAGMA cache_size = -500000')


def let_no_two_share_a_place(apps, schema_editor):
    """On SQLite with the table that the next constraint makes."""
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute('ALTER TABLE faxes_fax ADD CONSTRAINT fax_place_once UNIQUE (place)')


class Migration(migrations.Migration):

    dependencies = [
        ('faxes', '0025_fax_place'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_memory),
        migrations.RemoveIndex(
            model_name='fax',
            name='fax_of_sender',
        ),
        migrations.RemoveIndex(
            model_name='fax',
            name='fax_newest_first',
        ),
        migrations.RemoveIndex(
            model_name='fax',
            name='fax_of_sender_by_state',
        ),
        migrations.RemoveIndex(
            model_name='fax',
            name='fax_by_state',
        ),
        migrations.RemoveIndex(
            model_name='fax',
            name='fax_by_extension',
        ),
        migrations.RemoveIndex(
            model_name='fax',
            name='fax_by_delivery',
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddConstraint(
                    model_name='fax',
                    constraint=models.UniqueConstraint(fields=('place',), name='fax_place_once'),
                ),
            ],
            database_operations=[migrations.RunPython(let_no_two_share_a_place)],
        ),
        migrations.AddConstraint(
            model_name='fax',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('place', None), ('submitted_at', None)), models.Q(('place__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='fax_has_a_place_once_submitted'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['sender', '-place'], name='fax_of_sender'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['sender', 'state', '-place'], name='fax_of_sender_by_state'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['state', '-place'], name='fax_by_state'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['extension', '-place'], name='fax_by_extension'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['delivery', '-place'], name='fax_by_delivery'),
        ),
    ]
