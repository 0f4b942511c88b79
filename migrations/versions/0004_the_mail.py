"""the mail."""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table('letter_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.Enum('continue', 'helpful', 'unhelpful', name='linkpurpose', native_enum=False, length=40), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('article', sa.String(length=120), nullable=True),
    sa.Column('article_changed', sa.String(length=10), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('used_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_letter_link_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_letter_link_token_hash'))
    )
    with op.batch_alter_table('letter_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_link_ticket_id'), ['ticket_id'], unique=False)

    with op.batch_alter_table('customer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('undeliverable_at', sa.DateTime(), nullable=True))

    with op.batch_alter_table('mailbox_state', schema=None) as batch_op:
        batch_op.add_column(sa.Column('behind', sa.Integer(), nullable=False, server_default='0'))

    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('html', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('reply_to', sa.String(length=320), nullable=False, server_default=''))

    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ticket_id', sa.Integer(), nullable=True))
        batch_op.alter_column('conversation_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.alter_column('message_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_unique_constraint(batch_op.f('uq_rating_ticket_id'), ['ticket_id'])
        batch_op.create_foreign_key(batch_op.f('fk_rating_ticket_id'), 'ticket', ['ticket_id'], ['id'])

    with op.batch_alter_table('raw_mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('authentication', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.create_index(batch_op.f('ix_raw_mail_sha256'), ['sha256'], unique=False)

    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachment_sha256'), ['sha256'], unique=False)

    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.add_column(sa.Column('priority', sa.Enum('urgent', 'high', 'normal', name='priority', native_enum=False, length=40), nullable=False, server_default='normal'))
        batch_op.add_column(sa.Column('questions', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_ticket_merged_into_id'), ['merged_into_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_ticket_merged_into_id'), 'ticket', ['merged_into_id'], ['id'])


def downgrade() -> None:
    """Take that back."""
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_ticket_merged_into_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_ticket_merged_into_id'))
        batch_op.drop_column('merged_into_id')
        batch_op.drop_column('questions')
        batch_op.drop_column('priority')

    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attachment_sha256'))

    with op.batch_alter_table('raw_mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_raw_mail_sha256'))
        batch_op.drop_column('authentication')

    # Ratings of answers by mail have no place in the older table.
    op.execute('DELETE FROM rating WHERE message_id IS NULL')
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_rating_ticket_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_rating_ticket_id'), type_='unique')
        batch_op.alter_column('message_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.alter_column('conversation_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('ticket_id')

    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.drop_column('reply_to')
        batch_op.drop_column('html')

    with op.batch_alter_table('mailbox_state', schema=None) as batch_op:
        batch_op.drop_column('behind')

    with op.batch_alter_table('customer', schema=None) as batch_op:
        batch_op.drop_column('undeliverable_at')

    with op.batch_alter_table('letter_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letter_link_ticket_id'))

    op.drop_table('letter_link')
