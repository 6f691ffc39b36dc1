"""Recordings, votes and questions."""

import sqlalchemy as sa
from alembic import op
from storage import types

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('recordings',
    sa.Column('topic_id', sa.String(length=48), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('file_id', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('topic_id', 'language', name=op.f('pk_recordings'))
    )
    op.create_table('votes',
    sa.Column('topic_id', sa.String(length=48), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('helped', sa.Integer(), nullable=False),
    sa.Column('did_not', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('topic_id', 'language', 'week', name=op.f('pk_votes'))
    )
    op.create_table('questions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('update_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('text', types.Sealed('questions.text'), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('topic_id', sa.String(length=48), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_questions_person_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questions')),
    sa.UniqueConstraint('update_id', name=op.f('uq_questions_update_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_questions_person_id'), ['person_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_questions_person_id'))

    op.drop_table('questions')
    op.drop_table('votes')
    op.drop_table('recordings')
