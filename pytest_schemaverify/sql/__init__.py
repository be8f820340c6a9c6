"""SQL as text: names, tokens, statements, the parser's trees, and the secrets in it."""
