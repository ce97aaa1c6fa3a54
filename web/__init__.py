"""The web door: build the command, call the handler, show one result."""
