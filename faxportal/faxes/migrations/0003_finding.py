"""What faxes are found by, for those that are there and those to come; lists by status in order."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import prefetch_related_objects

from faxportal.faxes.findable import findable_texts

COLUMNS = ['recipients', 'subject', 'note', 'files', 'sender', 'extension']
CHUNK = 1000


def make_table(apps, schema_editor):
    """On SQLite the table is its own index of trigrams; on PostgreSQL it gets one."""
    if schema_editor.connection.vendor == 'sqlite':
        columns = ', '.join(COLUMNS)
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE faxes_faxsearch USING fts5({columns}, tokenize='trigram')"
        )
        return
    schema_editor.execute('CREATE EXTENSION IF NOT EXISTS pg_trgm')
    schema_editor.create_model(apps.get_model('faxes', 'FaxSearch'))


def drop_table(apps, schema_editor):
    schema_editor.execute('DROP TABLE faxes_faxsearch')


def fill_table(apps, schema_editor):
    """A row for each fax that was submitted before."""
    faxes = apps.get_model('faxes', 'Fax').objects.exclude(state='draft').order_by('pk')
    rows = apps.get_model('faxes', 'FaxSearch').objects
    last = 0
    while chunk := list(faxes.filter(pk__gt=last).select_related('sender')[:CHUNK]):
        prefetch_related_objects(chunk, 'recipients', 'documents')
        rows.bulk_create(rows.model(fax=fax, **texts_of(fax)) for fax in chunk)
        last = chunk[-1].pk


def texts_of(fax):
    return findable_texts(
        recipients=[(recipient.typed, recipient.dialled) for recipient in fax.recipients.all()],
        subject=fax.subject,
        note=fax.note,
        files=[document.name for document in fax.documents.all()],
        sender=[fax.sender.username, f'{fax.sender.first_name} {fax.sender.last_name}'],
        extension=[fax.extension, fax.extension_label],
        region=settings.REGION,
    )


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        columns = ', '.join(f'{column} gin_trgm_ops' for column in COLUMNS)
        # No list of rows still to be put into the index: a search would read it whole each time.
        schema_editor.execute(
            'CREATE INDEX faxes_faxsearch_trigrams ON faxes_faxsearch'
            f' USING gin ({columns}) WITH (fastupdate = off)'
        )


class Migration(migrations.Migration):

    dependencies = [
        ('faxes', '0002_held_and_told'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='FaxSearch',
                    fields=[
                        ('fax', models.OneToOneField(db_column='rowid', db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search', serialize=False, to='faxes.fax')),
                        ('recipients', models.TextField()),
                        ('subject', models.TextField()),
                        ('note', models.TextField()),
                        ('files', models.TextField()),
                        ('sender', models.TextField()),
                        ('extension', models.TextField()),
                    ],
                ),
            ],
        ),
        migrations.RunPython(make_table, drop_table),
        migrations.RunPython(fill_table, migrations.RunPython.noop),
        migrations.RunPython(make_index, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['sender', 'state', '-submitted_at', '-id'], name='fax_of_sender_by_state'),
        ),
        migrations.AddIndex(
            model_name='fax',
            index=models.Index(fields=['state', '-submitted_at', '-id'], name='fax_by_state'),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(fields=['voipnow_id'], name='handover_voipnow_id'),
        ),
    ]
