"""Real servers for the tests, started by the tests on free loopback ports."""
