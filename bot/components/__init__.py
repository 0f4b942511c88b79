"""Parts of the Rasa pipeline that know Polish, and where its examples and trackers live."""
