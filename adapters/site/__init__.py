"""What the site keeps beside the store, in `x.site.db` or the schema `site`: one file for each noun."""
