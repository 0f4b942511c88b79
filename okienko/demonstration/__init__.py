"""The demonstration: invented customers and consultants, a customer's page and a customer's mailbox."""
