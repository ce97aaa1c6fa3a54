"""Resources under /api/v1, the documents of the outside contract."""
