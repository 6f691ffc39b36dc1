"""The calendar: openings, holidays, holds, the waiting list, the queue, what can be undone; visits of a family."""

import sqlalchemy as sa
from alembic import op
from storage import types

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

COUNTED = {"sqlite_autoincrement": True}
"""Restated wherever SQLite makes a table anew, which forgets it: a number is never given again."""


def upgrade() -> None:
    op.create_table('clinic_days',
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('late_minutes', sa.Integer(), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.Column('called_silence_at', types.Instant(), nullable=True),
    sa.PrimaryKeyConstraint('clinic_id', 'day', name=op.f('pk_clinic_days'))
    )
    op.create_table('feeds',
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('made_at', types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('clinic_id', name=op.f('pk_feeds')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_feeds_token_hash'))
    )
    op.create_table('holidays',
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('closed', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('clinic_id', 'day', name=op.f('pk_holidays'))
    )
    op.create_table('openings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('service_key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('service', types.Sealed('openings.service'), nullable=False),
    sa.Column('weekdays', sa.Integer(), nullable=False),
    sa.Column('opens', sa.Integer(), nullable=False),
    sa.Column('closes', sa.Integer(), nullable=False),
    sa.Column('every', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('walkin_share', sa.Integer(), nullable=False),
    sa.Column('languages', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('except_days', sa.Text(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('made_until', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_openings')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('openings', schema=None) as batch_op:
        batch_op.create_index('ix_openings_clinic_id', ['clinic_id'], unique=False)

    op.create_table('deeds',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('undo', types.Sealed('deeds.undo'), nullable=False),
    sa.Column('done_at', types.Instant(), nullable=False),
    sa.Column('undone_at', types.Instant(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_deeds_person_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deeds')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('deeds', schema=None) as batch_op:
        batch_op.create_index('ix_deeds_person_id', ['person_id'], unique=False)

    op.create_table('waiting',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('service_key', sa.LargeBinary(length=32), nullable=False),
    sa.Column('service', types.Sealed('waiting.service'), nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('until_day', sa.Date(), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('whom', sa.String(length=8), nullable=False),
    sa.Column('interpreter', sa.String(length=2), nullable=False),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('joined_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['bookings.id'], name=op.f('fk_waiting_booking_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_waiting_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiting')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('waiting', schema=None) as batch_op:
        batch_op.create_index('ix_waiting_open', ['clinic_id', 'service_key', 'joined_at'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
        batch_op.create_index(batch_op.f('ix_waiting_booking_id'), ['booking_id'], unique=False)
        batch_op.create_index('ix_waiting_person_id', ['person_id'], unique=False)

    op.create_table('holds',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('why', sa.String(length=8), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('expires_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_holds_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['slot_id'], ['slots.id'], name=op.f('fk_holds_slot_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holds')),
    sa.UniqueConstraint('person_id', 'slot_id', 'why', name=op.f('uq_holds_person_id_slot_id_why')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.create_index('ix_holds_expires_at', ['expires_at'], unique=False)
        batch_op.create_index('ix_holds_slot_id', ['slot_id'], unique=False)

    op.create_table('offers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('waiting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('made_at', types.Instant(), nullable=False),
    sa.Column('expires_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['slot_id'], ['slots.id'], name=op.f('fk_offers_slot_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['waiting_id'], ['waiting.id'], name=op.f('fk_offers_waiting_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offers')),
    sa.UniqueConstraint('waiting_id', 'slot_id', name=op.f('uq_offers_waiting_id_slot_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('offers', schema=None) as batch_op:
        batch_op.create_index('ix_offers_slot_id', ['slot_id'], unique=False)
        batch_op.create_index('ix_offers_open', ['expires_at'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('queue',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('booking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('service', types.Sealed('queue.service'), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('came_at', types.Instant(), nullable=False),
    sa.Column('called_at', types.Instant(), nullable=True),
    sa.Column('came_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('called_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('done_at', types.Instant(), nullable=True),
    sa.ForeignKeyConstraint(['booking_id'], ['bookings.id'], name=op.f('fk_queue_booking_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_queue_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_queue')),
    sa.UniqueConstraint('booking_id', name=op.f('uq_queue_booking_id')),
    sa.UniqueConstraint('clinic_id', 'day', 'number', name=op.f('uq_queue_clinic_id_day_number')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('queue', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_queue_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('bookings', schema=None) as batch_op:
        batch_op.drop_index('uq_bookings_standing')
        batch_op.add_column(sa.Column('whom', sa.String(length=8), nullable=False, server_default='self'))
        batch_op.add_column(sa.Column('name', types.Sealed('bookings.name'), nullable=True))
        batch_op.add_column(sa.Column('interpreter', sa.String(length=2), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('series', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', types.Instant(), nullable=True))
        batch_op.add_column(sa.Column('late_minutes', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('called_at', types.Instant(), nullable=True))
        batch_op.add_column(sa.Column('closure_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('answer', sa.String(length=8), nullable=False, server_default=''))
        batch_op.create_index(batch_op.f('ix_bookings_closure_id'), ['closure_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_bookings_closure_id'), 'closures', ['closure_id'], ['id'], ondelete='SET NULL')
        batch_op.alter_column('person_id', existing_type=sa.BigInteger(), nullable=True)
        batch_op.create_index('ix_bookings_series', ['series'], unique=False)
    op.create_index('uq_bookings_standing', 'bookings', ['person_id', 'slot_id', 'whom'], unique=True, sqlite_where=sa.text("status = 'standing'"), postgresql_where=sa.text("status = 'standing'"))

    op.add_column('owed', sa.Column('late_since', types.Instant(), nullable=True))
    anew = 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'
    with op.batch_alter_table('closures', schema=None, recreate=anew, table_kwargs=COUNTED) as batch_op:
        batch_op.add_column(sa.Column('reason', types.Sealed('closures.reason'), nullable=True))

    with op.batch_alter_table('slots', schema=None, table_kwargs=COUNTED) as batch_op:
        batch_op.add_column(sa.Column('held', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('walkin', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('languages', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('opening_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index(batch_op.f('ix_slots_opening_id'), ['opening_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_slots_opening_id'), 'openings', ['opening_id'], ['id'], ondelete='SET NULL')
        batch_op.create_check_constraint(batch_op.f('ck_slots_held_not_negative'), 'held >= 0')
    for table, kwargs, columns in (
        ('bookings', {}, ('whom', 'interpreter', 'late_minutes', 'answer')),
        ('slots', COUNTED, ('held', 'walkin', 'languages')),
    ):
        with op.batch_alter_table(table, schema=None, table_kwargs=kwargs) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    op.drop_index('uq_bookings_standing', table_name='bookings')
    op.execute("DELETE FROM queue")
    op.execute(
        "UPDATE slots SET taken = taken - (SELECT count(*) FROM bookings WHERE bookings.slot_id = slots.id"
        " AND bookings.status = 'standing' AND (bookings.person_id IS NULL OR bookings.whom <> 'self'))"
    )
    op.execute("DELETE FROM bookings WHERE person_id IS NULL OR whom <> 'self'")
    with op.batch_alter_table('slots', schema=None, table_kwargs=COUNTED) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_slots_held_not_negative'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_slots_opening_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_slots_opening_id'))
        batch_op.drop_column('opening_id')
        batch_op.drop_column('languages')
        batch_op.drop_column('walkin')
        batch_op.drop_column('held')

    with op.batch_alter_table('bookings', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_bookings_closure_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_bookings_closure_id'))
        batch_op.drop_column('answer')
        batch_op.drop_column('closure_id')
        batch_op.drop_index('ix_bookings_series')
        batch_op.alter_column('person_id', existing_type=sa.BigInteger(), nullable=False)
        batch_op.drop_column('called_at')
        batch_op.drop_column('late_minutes')
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('series')
        batch_op.drop_column('interpreter')
        batch_op.drop_column('name')
        batch_op.drop_column('whom')
    op.create_index('uq_bookings_standing', 'bookings', ['person_id', 'slot_id'], unique=True, sqlite_where=sa.text("status = 'standing'"), postgresql_where=sa.text("status = 'standing'"))

    op.drop_column('owed', 'late_since')
    with op.batch_alter_table('closures', schema=None) as batch_op:
        batch_op.drop_column('reason')

    with op.batch_alter_table('queue', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_queue_person_id'))

    op.drop_table('queue')
    with op.batch_alter_table('offers', schema=None) as batch_op:
        batch_op.drop_index('ix_offers_open')
        batch_op.drop_index('ix_offers_slot_id')

    op.drop_table('offers')
    with op.batch_alter_table('holds', schema=None) as batch_op:
        batch_op.drop_index('ix_holds_slot_id')
        batch_op.drop_index('ix_holds_expires_at')

    op.drop_table('holds')
    with op.batch_alter_table('waiting', schema=None) as batch_op:
        batch_op.drop_index('ix_waiting_person_id')
        batch_op.drop_index('ix_waiting_open')
        batch_op.drop_index(batch_op.f('ix_waiting_booking_id'))

    op.drop_table('waiting')
    with op.batch_alter_table('deeds', schema=None) as batch_op:
        batch_op.drop_index('ix_deeds_person_id')

    op.drop_table('deeds')
    with op.batch_alter_table('openings', schema=None) as batch_op:
        batch_op.drop_index('ix_openings_clinic_id')

    op.drop_table('openings')
    op.drop_table('holidays')
    op.drop_table('feeds')
    op.drop_table('clinic_days')
