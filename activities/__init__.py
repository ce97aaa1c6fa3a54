"""A step of a workflow in, one command out."""
