"""Every fact of the store in one list, by position: who did what, when; sentences are made at reading."""
