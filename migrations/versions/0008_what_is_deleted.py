"""what is deleted: the references that a deletion must look for are found by an index."""

from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None
older_versions_serve = True

# For each row that goes, the database looks whether another one still refers to it. Without an index that is a walk
# through a whole table: 20,000 messages of old chats took a minute and a half among 100,000.
REFERENCES = (
    ('bot_turn', 'question_id'),
    ('conversation', 'customer_id'),
    ('conversation', 'acting_for_id'),
    ('ticket', 'likely_ticket_id'),
    ('ticket_message', 'reader_id'),
    ('proposed_answer', 'reader_id'),
    ('account', 'customer_id'),
)


def upgrade() -> None:
    """Apply."""
    # While such an index is made on PostgreSQL everybody goes on writing. One that was broken off is made anew.
    with op.get_context().autocommit_block():
        for table, column in REFERENCES:
            name = f'ix_{table}_{column}'
            op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
            op.create_index(name, table, [column], postgresql_concurrently=True)


def downgrade() -> None:
    """Take back."""
    with op.get_context().autocommit_block():
        for table, column in REFERENCES:
            op.drop_index(f'ix_{table}_{column}', table, if_exists=True, postgresql_concurrently=True)
