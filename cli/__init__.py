"""The command-line door: build the command, call the handler, print one result."""
