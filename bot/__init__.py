"""The Rasa assistant: dialogue acts, rules and responses."""
