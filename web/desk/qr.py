"""QR codes as pictures."""

from io import BytesIO

import segno


def picture(content: str) -> bytes:
    """Return a QR code as SVG: black on white in light and dark, without inline style."""
    out = BytesIO()
    segno.make(content, error="m", micro=False).save(out, kind="svg", scale=5, border=4, light="#ffffff")
    return out.getvalue()
