"""Entry points for the test suites of users: pytest plugin, coverage of the specification."""
