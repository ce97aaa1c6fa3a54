"""One file per noun or chapter: the gestes of one region of life, each a class with its fields, roles and decision."""
