"""Reading: the state at a date as it was known at another, the history in sentences, what is awaited."""
