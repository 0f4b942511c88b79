"""The core of the helpdesk: customers, identity, conversations, tickets, routing, hours and the outbox."""
