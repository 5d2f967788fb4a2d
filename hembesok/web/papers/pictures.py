"""The pictures of pages as whole files, with their colours in them: paper has no stylesheet."""

from typing import Final

from hembesok.documents.content import Picture

_STYLE: Final = (
    ".tick{font-size:12px;fill:#4A5A60}.before,.end{text-anchor:end}.middle{text-anchor:middle}"
    ".after{fill:#1C2B30}.band{fill:#E3EFEE}"
    ".band-edge{stroke:#6B7A80;stroke-width:.75;stroke-dasharray:1 3}.grid{stroke:#D9D4CB}"
    ".goal{stroke:#1C2B30;stroke-dasharray:5 3}"
    ".line{fill:none;stroke:#0F5A5E;stroke-width:2.5;stroke-linejoin:round}"
    ".last,.alone,.filled{fill:#0F5A5E}.interval{stroke:#0F5A5E;stroke-width:2.5}"
    ".few{fill:none;stroke:#6B7A80;stroke-dasharray:2 2}.frame{fill:#fff;stroke:#6B7A80}"
    ".mark{stroke:#1C2B30;stroke-width:3}"
)
"""The looks of charts.css in plain colours."""


def whole(svg: str, told: str, *, width_mm: int = 120) -> Picture:
    """Return a picture of a page as a whole SVG file, with what it shows in words."""
    head, _mark, rest = svg.partition(">")
    head = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return Picture(f"{head}><style>{_STYLE}</style>{rest}", told, width_mm)
