"""The only room that knows Excel: reading, writing, forms, styles."""
