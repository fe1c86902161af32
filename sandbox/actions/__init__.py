"""The verbs: everything a person, a scenario or a program can do to a sandbox, one a file.

The control API, the command line, scenarios, the console and the test plugin are faces of this package.
"""
