"""Delivery and alerts: groups, choices, corrections, the canary, conversations with staff, weekly counts."""

import sqlalchemy as sa
from alembic import op
from storage import types

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('asked_days',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('subject', sa.String(length=56), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('province', sa.String(length=4), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'subject', 'language', 'province', name=op.f('pk_asked_days'))
    )
    op.create_table('asked_weeks',
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('subject', sa.String(length=56), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('province', sa.String(length=4), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('week', 'subject', 'language', 'province', name=op.f('pk_asked_weeks'))
    )
    op.create_table('group_codes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('expires_at', types.Instant(), nullable=False),
    sa.Column('used_at', types.Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_codes')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_group_codes_code_hash')),
    sqlite_autoincrement=True
    )
    op.create_table('staff_groups',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('chat_id', types.Sealed('staff_groups.chat_id'), nullable=False),
    sa.Column('chat_key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('forum', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('linked_at', types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_groups')),
    sa.UniqueConstraint('chat_key', name=op.f('uq_staff_groups_chat_key')),
    sa.UniqueConstraint('clinic_id', name=op.f('uq_staff_groups_clinic_id')),
    sqlite_autoincrement=True
    )
    op.create_table('conversations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('opened_at', types.Instant(), nullable=False),
    sa.Column('last_at', types.Instant(), nullable=False),
    sa.Column('waiting_since', types.Instant(), nullable=True),
    sa.Column('reminded_at', types.Instant(), nullable=True),
    sa.Column('thread_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('thread_open', sa.Boolean(), nullable=False),
    sa.Column('threads', sa.Integer(), nullable=False),
    sa.Column('lease_until', types.Instant(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_conversations_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversations')),
    sa.UniqueConstraint('person_id', 'clinic_id', name=op.f('uq_conversations_person_id_clinic_id'))
    )
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.create_index('ix_conversations_thread', ['clinic_id', 'thread_id'], unique=False)
        batch_op.create_index('ix_conversations_waiting', ['waiting_since'], unique=False, sqlite_where=sa.text('waiting_since IS NOT NULL'), postgresql_where=sa.text('waiting_since IS NOT NULL'))

    op.create_table('mutes',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('topic', sa.String(length=24), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_mutes_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'topic', name=op.f('pk_mutes'))
    )
    op.create_table('alert_progress',
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('shown', sa.String(length=64), nullable=False),
    sa.Column('edited_at', types.Instant(), nullable=True),
    sa.Column('settled', sa.Integer(), nullable=False),
    sa.Column('rate', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_alert_progress_alert_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_alert_progress_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('alert_id', 'person_id', name=op.f('pk_alert_progress'))
    )
    with op.batch_alter_table('alert_progress', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_progress_person_id'), ['person_id'], unique=False)

    op.create_table('cap_messages',
    sa.Column('identity', sa.String(length=255), nullable=False),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('msg_type', sa.String(length=10), nullable=False),
    sa.Column('imported_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_cap_messages_alert_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('identity', name=op.f('pk_cap_messages'))
    )
    with op.batch_alter_table('cap_messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cap_messages_alert_id'), ['alert_id'], unique=False)

    op.create_table('conversation_lines',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('update_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=8), nullable=False),
    sa.Column('phrase', sa.String(length=24), nullable=False),
    sa.Column('text', types.Sealed('conversation_lines.text'), nullable=True),
    sa.Column('danger', sa.Boolean(), nullable=False),
    sa.Column('at', types.Instant(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('group_message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('read_at', types.Instant(), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_conversation_lines_conversation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_conversation_lines_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversation_lines')),
    sa.UniqueConstraint('update_id', name=op.f('uq_conversation_lines_update_id'))
    )
    with op.batch_alter_table('conversation_lines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversation_lines_at'), ['at'], unique=False)
        batch_op.create_index('ix_conversation_lines_conversation_id', ['conversation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversation_lines_group_message_id'), ['group_message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversation_lines_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('alert_texts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('correction', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('corrected_at', types.Instant(), nullable=True))

    with op.batch_alter_table('alerts', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('topic', sa.String(length=24), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('languages', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('provinces', sa.String(length=400), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('clinic_id', sa.String(length=32), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('life_safety', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('template', sa.String(length=32), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('starts_at', types.Instant(), nullable=True))
        batch_op.add_column(sa.Column('window_minutes', sa.Integer(), nullable=False, server_default='720'))
        batch_op.add_column(sa.Column('valid_until', types.Instant(), nullable=True))
        batch_op.add_column(sa.Column('attachment', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('attachment_kind', sa.String(length=10), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('canary_size', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('canary', sa.String(length=8), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('paused_at', types.Instant(), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('corrected_at', types.Instant(), nullable=True))
        batch_op.add_column(sa.Column('ended_at', types.Instant(), nullable=True))
        batch_op.add_column(sa.Column('edits', sa.String(length=8), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('done_at', types.Instant(), nullable=True))

    with op.batch_alter_table('owed', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.drop_index(batch_op.f('ix_owed_due'), sqlite_where=sa.text("state = 'pending'"))
        batch_op.create_index('ix_owed_due', ['lane', 'due_at', 'id'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.drop_index(batch_op.f('ix_owed_subject'))
        batch_op.create_index('ix_owed_subject', ['kind', 'subject_id', 'state', 'language'], unique=False)
        batch_op.create_index(batch_op.f('ix_owed_group_id'), ['group_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_owed_group_id'), 'staff_groups', ['group_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('pace', schema=None) as batch_op:
        batch_op.add_column(sa.Column('held_until', types.Instant(), nullable=True))
        batch_op.alter_column('budget',
               existing_type=sa.VARCHAR(length=16),
               type_=sa.String(length=40),
               existing_nullable=False)
        batch_op.create_index(batch_op.f('ix_pace_held_until'), ['held_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_pace_next_at'), ['next_at'], unique=False)

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('wants_visits', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('wants_news', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('alert_province', sa.String(length=4), nullable=False, server_default=''))

    for table, columns in (('alert_texts', ('correction',)), ('alerts', ('topic', 'languages', 'provinces', 'clinic_id', 'life_safety', 'template', 'window_minutes', 'attachment', 'attachment_kind', 'canary_size', 'canary', 'version', 'edits')), ('people', ('wants_visits', 'wants_news', 'alert_province'))):
        numbered = {'sqlite_autoincrement': table in ('alerts', 'owed')}
        with op.batch_alter_table(table, schema=None, table_kwargs=numbered) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)
    if op.get_bind().dialect.name == 'sqlite':  # 0004 made `slots` anew, and numbers of deleted rows came back
        with op.batch_alter_table('slots', recreate='always', table_kwargs={'sqlite_autoincrement': True}):
            pass


def downgrade() -> None:
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_column('alert_province')
        batch_op.drop_column('wants_news')
        batch_op.drop_column('wants_visits')

    with op.batch_alter_table('pace', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pace_next_at'))
        batch_op.drop_index(batch_op.f('ix_pace_held_until'))
        batch_op.alter_column('budget',
               existing_type=sa.String(length=40),
               type_=sa.VARCHAR(length=16),
               existing_nullable=False)
        batch_op.drop_column('held_until')

    with op.batch_alter_table('owed', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_owed_group_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_owed_group_id'))
        batch_op.drop_index('ix_owed_subject')
        batch_op.create_index(batch_op.f('ix_owed_subject'), ['kind', 'subject_id'], unique=False)
        batch_op.drop_index('ix_owed_due', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.create_index(batch_op.f('ix_owed_due'), ['lane', 'due_at'], unique=False, sqlite_where=sa.text("state = 'pending'"))
        batch_op.drop_column('group_id')

    with op.batch_alter_table('alerts', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_column('done_at')
        batch_op.drop_column('edits')
        batch_op.drop_column('ended_at')
        batch_op.drop_column('corrected_at')
        batch_op.drop_column('version')
        batch_op.drop_column('paused_at')
        batch_op.drop_column('canary')
        batch_op.drop_column('canary_size')
        batch_op.drop_column('attachment_kind')
        batch_op.drop_column('attachment')
        batch_op.drop_column('valid_until')
        batch_op.drop_column('window_minutes')
        batch_op.drop_column('starts_at')
        batch_op.drop_column('template')
        batch_op.drop_column('life_safety')
        batch_op.drop_column('clinic_id')
        batch_op.drop_column('provinces')
        batch_op.drop_column('languages')
        batch_op.drop_column('topic')

    with op.batch_alter_table('alert_texts', schema=None) as batch_op:
        batch_op.drop_column('corrected_at')
        batch_op.drop_column('correction')

    with op.batch_alter_table('conversation_lines', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conversation_lines_person_id'))
        batch_op.drop_index(batch_op.f('ix_conversation_lines_group_message_id'))
        batch_op.drop_index('ix_conversation_lines_conversation_id')
        batch_op.drop_index(batch_op.f('ix_conversation_lines_at'))

    op.drop_table('conversation_lines')
    with op.batch_alter_table('cap_messages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_cap_messages_alert_id'))

    op.drop_table('cap_messages')
    with op.batch_alter_table('alert_progress', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alert_progress_person_id'))

    op.drop_table('alert_progress')
    op.drop_table('mutes')
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_index('ix_conversations_waiting', sqlite_where=sa.text('waiting_since IS NOT NULL'), postgresql_where=sa.text('waiting_since IS NOT NULL'))
        batch_op.drop_index('ix_conversations_thread')

    op.drop_table('conversations')
    op.drop_table('staff_groups')
    op.drop_table('group_codes')
    op.drop_table('asked_weeks')
    op.drop_table('asked_days')
