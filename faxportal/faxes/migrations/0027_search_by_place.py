"""What faxes are found by, in the order of the lists.

On either database all rows are written anew, in that order: SQLite's table is its own index, and
PostgreSQL reads rows that lie side by side quicker.
"""

import django.db.models.deletion
from django.db import migrations, models

COLUMNS = ['recipients', 'subject', 'note', 'files', 'sender', 'extension']
#: Milliseconds; see `models.search`.
PERIOD = 30 * 24 * 60 * 60 * 1000


def write_anew(apps, schema_editor):
    run = schema_editor.execute
    columns = ', '.join(COLUMNS)
    on_sqlite = schema_editor.connection.vendor == 'sqlite'
    run('ALTER TABLE faxes_faxsearch RENAME TO faxes_faxsearch_before')
    if on_sqlite:
        run(f"CREATE VIRTUAL TABLE faxes_faxsearch USING fts5({columns}, tokenize='trigram')")
    else:
        run('CREATE EXTENSION IF NOT EXISTS btree_gin')
        run('CREATE TABLE faxes_faxsearch (LIKE faxes_faxsearch_before)')
    before = ', '.join(f's.{column}' for column in COLUMNS)
    run(
        f'INSERT INTO faxes_faxsearch (rowid, {columns}) SELECT f.place, {before}'
        ' FROM faxes_faxsearch_before s JOIN faxes_fax f ON f.id = s.rowid ORDER BY f.place'
    )
    run('DROP TABLE faxes_faxsearch_before')
    if not on_sqlite:
        indexed = ', '.join(f'{column} gin_trgm_ops' for column in COLUMNS)
        run('ALTER TABLE faxes_faxsearch ADD CONSTRAINT faxes_faxsearch_pkey PRIMARY KEY (rowid)')
        # No list of rows still to be put into the index: a search would read it whole each time.
        run(
            'CREATE INDEX faxes_faxsearch_trigrams ON faxes_faxsearch'
            f' USING gin ((rowid / {PERIOD}), {indexed}) WITH (fastupdate = off)'
        )


class Migration(migrations.Migration):

    dependencies = [
        ('faxes', '0026_lists_by_place'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='faxsearch',
                    name='fax',
                    field=models.OneToOneField(db_column='rowid', db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search', serialize=False, to='faxes.fax', to_field='place'),
                ),
            ],
        ),
        migrations.RunPython(write_anew),
    ]
