"""The knowledge base: reviewed articles, their search and their presentation."""
