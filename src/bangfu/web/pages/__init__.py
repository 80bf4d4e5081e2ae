"""Pages that draw with the design system: a view asks records, composes values and answers with a template."""
