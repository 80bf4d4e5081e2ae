"""Pure analytics: tables, arrays and frozen values in, the same out. No Django, settings, clock or network."""
