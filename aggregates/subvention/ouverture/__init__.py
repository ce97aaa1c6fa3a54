"""How the award came to be, and what allows paying it: engagement, convention."""
