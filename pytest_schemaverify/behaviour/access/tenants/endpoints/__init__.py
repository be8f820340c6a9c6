"""Views and functions, asked with rows of the other tenant there and gone, and what they change."""
