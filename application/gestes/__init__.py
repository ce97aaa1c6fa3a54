"""One file per verb: the command, its handler, and the geste that offers it."""
