"""The rules by which the articles are checked, one small module each."""
