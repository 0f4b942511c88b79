"""The learning loop: questions that got no good answer are gathered, grouped, weighed, decided on, and followed up."""
