"""Spreadsheets met in the wild: CSV of any encoding and separator, ODS, XLSX, as one stream of records."""
