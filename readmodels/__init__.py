"""What screens read: rows made from facts, disposable, with their position in the same transaction."""
