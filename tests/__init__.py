"""Tests. A package, so that ``tests.workbooks`` and ``tests.instances`` can be imported by name."""
