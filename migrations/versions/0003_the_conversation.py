"""the conversation."""

import sqlalchemy as sa
from alembic import op

from helpdesk.tables.base import sealer_of


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


ADDRESSES = (("customer", "address"), ("ticket", "address"), ("ticket_message", "sender"), ("outbox_mail", "recipient"))
BATCH = 500


def _convert(table, column, key, change) -> None:
    """Change each value of a column, a batch of rows at a time; an empty table needs no keys."""
    connection = op.get_bind()
    rows = sa.table(table, sa.column(key), sa.column(column))
    last = None
    while True:
        wanted = sa.select(rows.c[key], rows.c[column]).order_by(rows.c[key]).limit(BATCH)
        if last is not None:
            wanted = wanted.where(rows.c[key] > last)
        found = connection.execute(wanted).all()
        if not found:
            return
        sealer = sealer_of(connection.dialect)
        for number, value in found:
            if value:
                new = change(sealer, value)
                connection.execute(sa.update(rows).where(rows.c[key] == number).values({column: new}))
        last = found[-1][0]


def _seal_what_is_plain() -> None:
    """Seal addresses and the bytes of mails and attachments, which earlier versions kept in plain."""
    for table, column in ADDRESSES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, existing_type=sa.String(length=320), type_=sa.Text())
        _convert(table, column, "id", lambda sealer, value: sealer.seal_for_lookup(value))
    _convert("blob", "content", "sha256", lambda sealer, value: sealer.seal_bytes(bytes(value)))


def _open_what_was_sealed() -> None:
    """Take that back."""
    _convert("blob", "content", "sha256", lambda sealer, value: sealer.open_bytes(bytes(value)))
    for table, column in ADDRESSES:
        _convert(table, column, "id", lambda sealer, value: sealer.open_lookup(value))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, existing_type=sa.Text(), type_=sa.String(length=320))


def upgrade() -> None:
    """Apply."""
    _seal_what_is_plain()
    op.create_table('retention_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('began_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_run')),
    sa.UniqueConstraint('day', name=op.f('uq_retention_run_day'))
    )
    op.create_table('mandate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('representative_id', sa.Integer(), nullable=False),
    sa.Column('principal_id', sa.Integer(), nullable=False),
    sa.Column('queues', sa.String(length=400), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['principal_id'], ['customer.id'], name=op.f('fk_mandate_principal_id')),
    sa.ForeignKeyConstraint(['representative_id'], ['customer.id'], name=op.f('fk_mandate_representative_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate'))
    )
    with op.batch_alter_table('mandate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mandate_principal_id'), ['principal_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mandate_representative_id'), ['representative_id'], unique=False)

    op.create_table('callback',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('request_key', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('starts_at', sa.DateTime(), nullable=False),
    sa.Column('seat', sa.Integer(), nullable=False),
    sa.Column('queue', sa.Enum('emerytury_renty', 'zasilki', 'swiadczenia_rodzinne', 'ubezpieczeni', 'platnicy', 'pomoc_techniczna', 'miedzynarodowe', 'ogolne', name='queue', native_enum=False, length=40), nullable=False),
    sa.Column('topic', sa.String(length=100), nullable=True),
    sa.Column('matter', sa.String(length=500), nullable=False),
    sa.Column('status', sa.Enum('requested', 'cancelled', 'done', name='callbackstatus', native_enum=False, length=40), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_callback_conversation_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_callback_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_callback')),
    sa.UniqueConstraint('number', name=op.f('uq_callback_number')),
    sa.UniqueConstraint('request_key', name=op.f('uq_callback_request_key'))
    )
    with op.batch_alter_table('callback', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_callback_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_callback_customer_id'), ['customer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_callback_queue'), ['queue'], unique=False)
        batch_op.create_index(batch_op.f('ix_callback_status'), ['status'], unique=False)
        batch_op.create_index('uq_callback_hour', ['starts_at', 'seat'], unique=True, sqlite_where=sa.text("status = 'requested'"), postgresql_where=sa.text("status = 'requested'"))

    op.create_table('oidc_login',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('ticket_hash', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('state_hash', sa.String(length=64), nullable=True),
    sa.Column('browser_hash', sa.String(length=64), nullable=True),
    sa.Column('nonce', sa.Text(), nullable=False),
    sa.Column('code_verifier', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_oidc_login_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_oidc_login')),
    sa.UniqueConstraint('state_hash', name=op.f('uq_oidc_login_state_hash')),
    sa.UniqueConstraint('ticket_hash', name=op.f('uq_oidc_login_ticket_hash'))
    )
    with op.batch_alter_table('oidc_login', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_oidc_login_conversation_id'), ['conversation_id'], unique=False)

    op.create_table('visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('request_key', sa.String(length=64), nullable=False),
    sa.Column('office', sa.String(length=120), nullable=False),
    sa.Column('starts_at', sa.DateTime(), nullable=False),
    sa.Column('seat', sa.Integer(), nullable=False),
    sa.Column('queue', sa.Enum('emerytury_renty', 'zasilki', 'swiadczenia_rodzinne', 'ubezpieczeni', 'platnicy', 'pomoc_techniczna', 'miedzynarodowe', 'ogolne', name='queue', native_enum=False, length=40), nullable=False),
    sa.Column('matter', sa.String(length=500), nullable=False),
    sa.Column('postal_code', sa.String(length=6), nullable=False),
    sa.Column('company', sa.Enum('nobody', 'guardian', 'proxy', name='company', native_enum=False, length=40), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('status', sa.Enum('booked', 'cancelled', 'held', 'missed', name='visitstatus', native_enum=False, length=40), nullable=False),
    sa.Column('link', sa.String(length=200), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('level', sa.Enum('anonymous', 'address', 'verified', 'representative', name='level', native_enum=False, length=40), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_visit_conversation_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_visit_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit')),
    sa.UniqueConstraint('number', name=op.f('uq_visit_number')),
    sa.UniqueConstraint('request_key', name=op.f('uq_visit_request_key'))
    )
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_visit_customer_id'), ['customer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_visit_status'), ['status'], unique=False)
        batch_op.create_index('uq_visit_slot', ['office', 'starts_at', 'seat'], unique=True, sqlite_where=sa.text("status = 'booked'"), postgresql_where=sa.text("status = 'booked'"))

    op.create_table('wait',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('queue', sa.Enum('emerytury_renty', 'zasilki', 'swiadczenia_rodzinne', 'ubezpieczeni', 'platnicy', 'pomoc_techniczna', 'miedzynarodowe', 'ogolne', name='queue', native_enum=False, length=40), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('began_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.Column('outcome', sa.Enum('taken', 'left', 'ticket', 'callback', name='waitoutcome', native_enum=False, length=40), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_wait_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wait'))
    )
    with op.batch_alter_table('wait', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wait_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_wait_queue_ended_at', ['queue', 'ended_at'], unique=False)

    op.create_table('outbox_sms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('body', sa.String(length=640), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.Enum('queued', 'sent', 'dead', 'withdrawn', name='outboxstatus', native_enum=False, length=40), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=True),
    sa.Column('claimed_until', sa.DateTime(), nullable=True),
    sa.Column('error', sa.String(length=1000), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('sent_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_outbox_sms_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_sms')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_sms_key'))
    )
    with op.batch_alter_table('outbox_sms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_sms_status'), ['status'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_sms_visit_id'), ['visit_id'], unique=False)

    op.create_table('rating',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.Enum('customer', 'bot', 'consultant', 'system', name='author', native_enum=False, length=40), nullable=False),
    sa.Column('article', sa.String(length=120), nullable=True),
    sa.Column('article_changed', sa.String(length=10), nullable=False),
    sa.Column('queue', sa.Enum('emerytury_renty', 'zasilki', 'swiadczenia_rodzinne', 'ubezpieczeni', 'platnicy', 'pomoc_techniczna', 'miedzynarodowe', 'ogolne', name='queue', native_enum=False, length=40), nullable=True),
    sa.Column('profile', sa.String(length=40), nullable=True),
    sa.Column('helpful', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_rating_conversation_id')),
    sa.ForeignKeyConstraint(['message_id'], ['chat_message.id'], name=op.f('fk_rating_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating')),
    sa.UniqueConstraint('message_id', name=op.f('uq_rating_message_id'))
    )
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rating_article'), ['article'], unique=False)
        batch_op.create_index(batch_op.f('ix_rating_conversation_id'), ['conversation_id'], unique=False)

    op.create_table('sealed_value',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('chat_message_id', sa.Integer(), nullable=True),
    sa.Column('ticket_message_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['chat_message_id'], ['chat_message.id'], name=op.f('fk_sealed_value_chat_message_id')),
    sa.ForeignKeyConstraint(['ticket_message_id'], ['ticket_message.id'], name=op.f('fk_sealed_value_ticket_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sealed_value'))
    )
    with op.batch_alter_table('sealed_value', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sealed_value_chat_message_id'), ['chat_message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sealed_value_ticket_message_id'), ['ticket_message_id'], unique=False)

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('oidc_subject', sa.String(length=255), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_account_oidc_subject'), ['oidc_subject'])

    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('language', sa.String(length=10), nullable=False, server_default='pl'))
        batch_op.add_column(sa.Column('memory', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('urgent', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('acting_for_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('failures', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('locked_until', sa.DateTime(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_conversation_acting_for_id'), 'customer', ['acting_for_id'], ['id'])

    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('calendar', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('expires_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('visit_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_outbox_mail_visit_id'), ['visit_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_outbox_mail_visit_id'), 'visit', ['visit_id'], ['id'])

    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.Enum('question', 'complaint', 'praise', 'suggestion', 'personal_data', name='ticketclass', native_enum=False, length=40), nullable=False, server_default='question'))
        batch_op.add_column(sa.Column('answer_by', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('request_key', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('conversation_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_ticket_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_ticket_request_key'), ['request_key'])
        batch_op.create_foreign_key(batch_op.f('fk_ticket_conversation_id'), 'conversation', ['conversation_id'], ['id'])



def downgrade() -> None:
    """Take back."""
    _open_what_was_sealed()
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_ticket_conversation_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_ticket_request_key'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_ticket_conversation_id'))
        batch_op.drop_column('conversation_id')
        batch_op.drop_column('request_key')
        batch_op.drop_column('answer_by')
        batch_op.drop_column('kind')

    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_outbox_mail_visit_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_outbox_mail_visit_id'))
        batch_op.drop_column('visit_id')
        batch_op.drop_column('expires_at')
        batch_op.drop_column('calendar')

    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_conversation_acting_for_id'), type_='foreignkey')
        batch_op.drop_column('locked_until')
        batch_op.drop_column('failures')
        batch_op.drop_column('acting_for_id')
        batch_op.drop_column('memory')
        batch_op.drop_column('urgent')
        batch_op.drop_column('language')

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_account_oidc_subject'), type_='unique')
        batch_op.drop_column('oidc_subject')

    with op.batch_alter_table('sealed_value', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sealed_value_ticket_message_id'))
        batch_op.drop_index(batch_op.f('ix_sealed_value_chat_message_id'))

    op.drop_table('sealed_value')
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rating_conversation_id'))
        batch_op.drop_index(batch_op.f('ix_rating_article'))

    op.drop_table('rating')
    with op.batch_alter_table('outbox_sms', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_sms_visit_id'))
        batch_op.drop_index(batch_op.f('ix_outbox_sms_status'))

    op.drop_table('outbox_sms')
    with op.batch_alter_table('wait', schema=None) as batch_op:
        batch_op.drop_index('ix_wait_queue_ended_at')
        batch_op.drop_index(batch_op.f('ix_wait_conversation_id'))

    op.drop_table('wait')
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_index('uq_visit_slot', sqlite_where=sa.text("status = 'booked'"), postgresql_where=sa.text("status = 'booked'"))
        batch_op.drop_index(batch_op.f('ix_visit_status'))
        batch_op.drop_index(batch_op.f('ix_visit_customer_id'))
        batch_op.drop_index(batch_op.f('ix_visit_conversation_id'))

    op.drop_table('visit')
    with op.batch_alter_table('oidc_login', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_oidc_login_conversation_id'))

    op.drop_table('oidc_login')
    with op.batch_alter_table('callback', schema=None) as batch_op:
        batch_op.drop_index('uq_callback_hour', sqlite_where=sa.text("status = 'requested'"), postgresql_where=sa.text("status = 'requested'"))
        batch_op.drop_index(batch_op.f('ix_callback_status'))
        batch_op.drop_index(batch_op.f('ix_callback_queue'))
        batch_op.drop_index(batch_op.f('ix_callback_customer_id'))
        batch_op.drop_index(batch_op.f('ix_callback_conversation_id'))

    op.drop_table('callback')
    with op.batch_alter_table('mandate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mandate_representative_id'))
        batch_op.drop_index(batch_op.f('ix_mandate_principal_id'))

    op.drop_table('mandate')
    op.drop_table('retention_run')
