"""Tables to take away: what is seen on a page, as numbers with their words, written as a workbook or as CSV."""
