"""Forms made from the class of a geste: its fields, what a person typed, what a page shows. No form is written by hand."""
