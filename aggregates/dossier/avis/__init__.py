"""Avis of partners: asked, given, or réputés rendus at their échéance; they bind nobody."""
