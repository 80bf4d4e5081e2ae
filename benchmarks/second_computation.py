"""``python -m benchmarks.second_computation YEAR``: this instance's figures against a second computation, as JSON."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict


def main() -> None:
    """Start Django on the instance of the environment and print what was compared."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    from tests.figures.recomputed import compared

    print(json.dumps(asdict(compared(last_year=int(sys.argv[1])))))


if __name__ == "__main__":
    main()
