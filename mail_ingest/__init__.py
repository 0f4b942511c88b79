"""Mail: from the office's mailbox to tickets, and from the outbox to the customers."""
