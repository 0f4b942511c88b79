def same_message(a: str, b: str) -> bool:
    return a.strip().lower() == b.strip().lower()
