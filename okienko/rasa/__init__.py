"""The Rasa role: a front that never leaves, and behind it the Rasa with the model that is active."""
