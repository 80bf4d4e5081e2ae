"""The component page: every component with sample values, to look at in both languages."""
