"""Outline icons of the house: 20 px, drawn with lines, always beside a word except search, close and back."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

# Each is one path on a 20 × 20 grid, stroke 1.6.
PATHS = {
    "alert": "M10 3.5v8.5M10 15.6v.6",
    "area": "M10 17.5s5.5-5 5.5-9.2a5.5 5.5 0 0 0-11 0C4.5 12.5 10 17.5 10 17.5zM10 10.3a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    "back": "M12.5 4.5 7 10l5.5 5.5",
    "cases": "M5 3.5h10v13H5zM8 7.5h4M8 10.5h4M8 13.5h2.5",
    "check": "M4.5 10.5l3.8 3.8 7.2-8.3",
    "clock": "M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM10 6.5V10l2.5 1.8",
    "close": "M5 5l10 10M15 5 5 15",
    "cross": "M5.5 5.5l9 9M14.5 5.5l-9 9",
    "data": "M4 4.5h12v11H4zM4 8.2h12M4 11.9h12M9 4.5v11",
    "down": "M6 8l4 4 4-4",
    "analysis": "M4 16h12M6 13V9.5M10 13V5M14 13V7.5",
    "help": "M10 15.8 4.8 10.6a3.3 3.3 0 0 1 4.7-4.7l.5.5.5-.5a3.3 3.3 0 0 1 4.7 4.7z",
    "households": "M3.5 9.5 10 4l6.5 5.5M5.5 8.5V16h9V8.5M8.5 16v-4h3v4",
    "mine": "M3.5 9.5 10 4l6.5 5.5M5.5 8.5V16h9V8.5M7.5 11.8l2 2 3.2-3.6",
    "inbox": "M4 4.5h12v11H4zM4 11.5h3.5l1 1.8h3l1-1.8H16",
    "more": "M4 6h12M4 10h12M4 14h12",
    "pause": "M7.5 5v10M12.5 5v10",
    "question": "M7 7.2A3 3 0 1 1 10.8 10c-.6.3-.8.7-.8 1.4v.8M10 15.4v.6",
    "search": "M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM12.7 12.7 16.5 16.5",
}


def icon(name: str) -> SafeString:
    """The inline SVG of an icon, hidden from screen readers because a word stands beside it; nothing for no name."""
    if not name:
        return SafeString("")
    return format_html(
        '<svg class="icon" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><path d="{}"/></svg>',
        PATHS[name],
    )
