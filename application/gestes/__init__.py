"""One file per noun, two when one geste fills its own: each geste a class with its fields, roles and decision."""
