"""From the vote to the legal force: number, transmission, exécutoire."""
