"""Dialogues of several turns: what is asked for in which order, how an answer is read, and what comes of it."""
