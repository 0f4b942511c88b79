"""Lets the program be started as `python -m okienko`."""

from okienko.cli import main

main()
