"""One file per kind of aggregate that the engine has something to do for.

Apart, because the sandbox loads the file of a workflow again for each of its instances: eight classes in one file cost
every follow-up eight definitions (docs/mesures.md).
"""
