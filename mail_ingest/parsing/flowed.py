"""Paragraphs of `format=flowed` (RFC 3676) put together again."""


def unflow(text: str, *, delsp: bool) -> str:
    """Join the lines that a mail program broke softly; quotations keep their depth."""
    paragraphs: list[list[str]] = []
    open_depth: int | None = None
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if flows and delsp:
            content = content[:-1]
        # The signature's mark always stands alone (section 4.3).
        if open_depth == depth and content != "-- ":
            paragraphs[-1].append(content)
        else:
            paragraphs.append([f"{'>' * depth}{' ' if depth else ''}{content}"])
        open_depth = depth if flows else None
    return "\n".join("".join(paragraph) for paragraph in paragraphs)
