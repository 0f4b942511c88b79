"""The consultants' desk: server-rendered pages in Polish with one small script."""
