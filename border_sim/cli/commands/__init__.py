"""A command a file; each module's `command` is what `cli.main` lists."""
