"""Rasa SDK actions: thin edges between the dialogue and the knowledge."""
