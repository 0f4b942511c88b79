"""The project's own question sets, put to the search or to the whole chat, and what came of it."""
