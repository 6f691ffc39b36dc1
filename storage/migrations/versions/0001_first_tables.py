"""The first tables."""

import sqlalchemy as sa
from alembic import op
from storage import types

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('closures',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('starts_at', types.Instant(), nullable=False),
    sa.Column('ends_at', types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closures'))
    )
    with op.batch_alter_table('closures', schema=None) as batch_op:
        batch_op.create_index('ix_closures_clinic_id_ends_at', ['clinic_id', 'ends_at'], unique=False)

    op.create_table('invites',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('expires_at', types.Instant(), nullable=False),
    sa.Column('used_at', types.Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invites')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_invites_code_hash'))
    )
    op.create_table('pace',
    sa.Column('budget', sa.String(length=16), nullable=False),
    sa.Column('next_at', types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('budget', name=op.f('pk_pace'))
    )
    op.create_table('people',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('telegram_id', types.Sealed('people.telegram_id'), nullable=False),
    sa.Column('telegram_key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('script', sa.String(length=8), nullable=False),
    sa.Column('discreet', sa.Boolean(), nullable=False),
    sa.Column('wants_alerts', sa.Boolean(), nullable=False),
    sa.Column('reachable', sa.Boolean(), nullable=False),
    sa.Column('consent_version', sa.Integer(), nullable=True),
    sa.Column('consent_day', sa.Date(), nullable=True),
    sa.Column('last_seen', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('telegram_key', name=op.f('uq_people_telegram_key'))
    )
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_people_wants_alerts'), ['wants_alerts'], unique=False)

    op.create_table('quarantine',
    sa.Column('update_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('last_tried_at', types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('update_id', name=op.f('pk_quarantine'))
    )
    op.create_table('slots',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('service_key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('service', types.Sealed('slots.service'), nullable=False),
    sa.Column('starts_at', types.Instant(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('closed', sa.Boolean(), nullable=False),
    sa.CheckConstraint('capacity >= 0', name=op.f('ck_slots_capacity_not_negative')),
    sa.CheckConstraint('taken >= 0', name=op.f('ck_slots_taken_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slots')),
    sa.UniqueConstraint('clinic_id', 'service_key', 'starts_at', name=op.f('uq_slots_clinic_id_service_key_starts_at')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('slots', schema=None) as batch_op:
        batch_op.create_index('ix_slots_starts_at', ['starts_at'], unique=False)

    op.create_table('alerts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('approver_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('content_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('audience_size', sa.Integer(), nullable=False),
    sa.Column('created_at', types.Instant(), nullable=False),
    sa.Column('approved_at', types.Instant(), nullable=True),
    sa.ForeignKeyConstraint(['approver_id'], ['people.id'], name=op.f('fk_alerts_approver_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_alerts_author_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts')),
    sqlite_autoincrement=True
    )
    op.create_table('bookings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('moves', sa.Integer(), nullable=False),
    sa.Column('changed_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_bookings_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['slot_id'], ['slots.id'], name=op.f('fk_bookings_slot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bookings')),
    sa.UniqueConstraint('code', name=op.f('uq_bookings_code'))
    )
    with op.batch_alter_table('bookings', schema=None) as batch_op:
        batch_op.create_index('ix_bookings_slot_id', ['slot_id'], unique=False)
        batch_op.create_index('uq_bookings_standing', ['person_id', 'slot_id'], unique=True, sqlite_where=sa.text("status = 'standing'"), postgresql_where=sa.text("status = 'standing'"))

    op.create_table('dialogues',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('step', sa.String(length=32), nullable=False),
    sa.Column('draft', types.Sealed('dialogues.draft'), nullable=False),
    sa.Column('nonce', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('expires_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_dialogues_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_dialogues'))
    )
    op.create_table('grants',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('granted_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_grants_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grants')),
    sa.UniqueConstraint('person_id', 'role', 'clinic_id', name=op.f('uq_grants_person_id_role_clinic_id'))
    )
    op.create_table('owed',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('lane', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('due_at', types.Instant(), nullable=False),
    sa.Column('expires_at', types.Instant(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('claim', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('lease_until', types.Instant(), nullable=True),
    sa.Column('settled_at', types.Instant(), nullable=True),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_owed_person_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_owed')),
    sa.UniqueConstraint('key', name=op.f('uq_owed_key')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('owed', schema=None) as batch_op:
        batch_op.create_index('ix_owed_due', ['lane', 'due_at'], unique=False, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))
        batch_op.create_index('ix_owed_leased', ['lease_until'], unique=False, sqlite_where=sa.text("state = 'claimed'"), postgresql_where=sa.text("state = 'claimed'"))
        batch_op.create_index('ix_owed_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_owed_subject', ['kind', 'subject_id'], unique=False)

    op.create_table('alert_texts',
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_alert_texts_alert_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('alert_id', 'language', name=op.f('pk_alert_texts'))
    )
    op.execute("INSERT INTO pace (budget, next_at) VALUES ('all', '2000-01-01 00:00:00+00:00')")


def downgrade() -> None:
    op.drop_table('alert_texts')
    with op.batch_alter_table('owed', schema=None) as batch_op:
        batch_op.drop_index('ix_owed_subject')
        batch_op.drop_index('ix_owed_person_id')
        batch_op.drop_index('ix_owed_leased', sqlite_where=sa.text("state = 'claimed'"), postgresql_where=sa.text("state = 'claimed'"))
        batch_op.drop_index('ix_owed_due', sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))

    op.drop_table('owed')
    op.drop_table('grants')
    op.drop_table('dialogues')
    with op.batch_alter_table('bookings', schema=None) as batch_op:
        batch_op.drop_index('uq_bookings_standing', sqlite_where=sa.text("status = 'standing'"), postgresql_where=sa.text("status = 'standing'"))
        batch_op.drop_index('ix_bookings_slot_id')

    op.drop_table('bookings')
    op.drop_table('alerts')
    with op.batch_alter_table('slots', schema=None) as batch_op:
        batch_op.drop_index('ix_slots_starts_at')

    op.drop_table('slots')
    op.drop_table('quarantine')
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_people_wants_alerts'))

    op.drop_table('people')
    op.drop_table('pace')
    op.drop_table('invites')
    with op.batch_alter_table('closures', schema=None) as batch_op:
        batch_op.drop_index('ix_closures_clinic_id_ends_at')

    op.drop_table('closures')
