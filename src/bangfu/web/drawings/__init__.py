"""Pictures to take away: SVG that needs nothing but itself, and PNG made from it."""
