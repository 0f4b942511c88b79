"""Understanding of one inquiry, whatever channel brought it."""
