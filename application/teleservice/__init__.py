"""What comes in by a téléservice of the State: its requests read page by page, folded, filed once, followed afterwards."""
