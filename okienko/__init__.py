"""Okienko: the command line, the start-up of the processes and the demonstration."""
