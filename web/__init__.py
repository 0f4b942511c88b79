"""The chat gateway and widget, the consultants' desk, the public knowledge pages and the API."""
