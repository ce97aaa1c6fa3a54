"""What an act makes happen elsewhere: decisions carried to the dossiers, awards opened, credits engaged."""
