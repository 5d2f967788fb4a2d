"""Tables as files: CSV and Parquet to checked rows of text, and back."""
