"""Ways into Rasa beside those that it brings along."""
