"""Trust: PINs, approvals, limits, tombstones, the audit chain, the consent ledger, messages that can be deleted."""

import sqlalchemy as sa
from alembic import op
from storage import types

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('chain', sa.String(length=40), nullable=False),
    sa.Column('place', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('at', types.Instant(), nullable=False),
    sa.Column('actor', sa.LargeBinary(length=32), nullable=False),
    sa.Column('action', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.LargeBinary(length=32), nullable=False),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('detail', sa.String(length=80), nullable=False),
    sa.Column('link', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('chain', 'place', name=op.f('pk_audit'))
    )
    op.create_table('audit_heads',
    sa.Column('chain', sa.String(length=40), nullable=False),
    sa.Column('place', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('link', sa.LargeBinary(length=32), nullable=False),
    sa.Column('seal', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('chain', name=op.f('pk_audit_heads'))
    )
    op.create_table('key_checks',
    sa.Column('name', sa.String(length=8), nullable=False),
    sa.Column('value', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_key_checks'))
    )
    op.create_table('limits',
    sa.Column('who', sa.LargeBinary(length=32), nullable=False),
    sa.Column('what', sa.String(length=16), nullable=False),
    sa.Column('began_at', types.Instant(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('update_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('who', 'what', name=op.f('pk_limits'))
    )
    with op.batch_alter_table('limits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_limits_began_at'), ['began_at'], unique=False)

    op.create_table('tombstones',
    sa.Column('reference', sa.LargeBinary(length=32), nullable=False),
    sa.Column('erased_on', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('reference', name=op.f('pk_tombstones'))
    )
    with op.batch_alter_table('tombstones', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tombstones_erased_on'), ['erased_on'], unique=False)

    op.create_table('wipes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('telegram_id', types.Sealed('wipes.telegram_id'), nullable=False),
    sa.Column('message_ids', types.Sealed('wipes.message_ids'), nullable=False),
    sa.Column('due_at', types.Instant(), nullable=False),
    sa.Column('expires_at', types.Instant(), nullable=False),
    sa.Column('lease_until', types.Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wipes')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('wipes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wipes_due_at'), ['due_at'], unique=False)

    op.create_table('approvals',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('action', sa.String(length=24), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('clinic_id', sa.String(length=32), nullable=False),
    sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('proposer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('approver_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('expires_at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['approver_id'], ['people.id'], name=op.f('fk_approvals_approver_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['proposer_id'], ['people.id'], name=op.f('fk_approvals_proposer_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approvals'))
    )
    with op.batch_alter_table('approvals', schema=None) as batch_op:
        batch_op.create_index('uq_approvals_open', ['action', 'subject'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('consents',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('given', sa.Boolean(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_consents_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.create_index('ix_consents_person_id', ['person_id'], unique=False)

    op.create_table('pins',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('pin_hash', sa.LargeBinary(length=48), nullable=False),
    sa.Column('misses', sa.Integer(), nullable=False),
    sa.Column('locked_until', types.Instant(), nullable=True),
    sa.Column('open_until', types.Instant(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_pins_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_pins'))
    )
    op.create_table('shown',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_shown_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'message_id', name=op.f('pk_shown'))
    )
    with op.batch_alter_table('shown', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shown_at'), ['at'], unique=False)

    # what was proposed is proposed anew, under an approval
    op.execute("UPDATE alerts SET state = 'draft' WHERE state = 'proposed'")
    _change_alerts(drop=True)

    op.execute(
        "INSERT INTO consents (person_id, version, given, day)"
        " SELECT id, consent_version, true, consent_day FROM people"
        " WHERE consent_version IS NOT NULL AND consent_day IS NOT NULL"
    )


def _change_alerts(*, drop: bool) -> None:
    """Who approved what stands with the approvals; SQLite makes the table anew."""
    with op.batch_alter_table('alerts', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        if drop:
            batch_op.drop_constraint('fk_alerts_approver_id', type_='foreignkey')
            batch_op.drop_column('approver_id')
            batch_op.drop_column('content_hash')
        else:
            batch_op.add_column(sa.Column('approver_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
            batch_op.add_column(sa.Column('content_hash', sa.LargeBinary(length=32), nullable=True))
            batch_op.create_foreign_key(op.f('fk_alerts_approver_id'), 'people', ['approver_id'], ['id'], ondelete='SET NULL')


def downgrade() -> None:
    _change_alerts(drop=False)
    with op.batch_alter_table('shown', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shown_at'))

    op.drop_table('shown')
    op.drop_table('pins')
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.drop_index('ix_consents_person_id')

    op.drop_table('consents')
    with op.batch_alter_table('approvals', schema=None) as batch_op:
        batch_op.drop_index('uq_approvals_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.drop_table('approvals')
    with op.batch_alter_table('wipes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_wipes_due_at'))

    op.drop_table('wipes')
    with op.batch_alter_table('tombstones', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tombstones_erased_on'))

    op.drop_table('tombstones')
    with op.batch_alter_table('limits', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_limits_began_at'))

    op.drop_table('limits')
    op.drop_table('key_checks')
    op.drop_table('audit_heads')
    op.drop_table('audit')
