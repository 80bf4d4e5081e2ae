"""Dated parameters (lines, code lists, schemes, forms, mappings, indicators) and their loader. No Django here."""
