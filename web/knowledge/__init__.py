"""The public pages of the knowledge: browsing, articles, forms, glossary, search, and what machines read of them."""
