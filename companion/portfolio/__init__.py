"""Open positions, closed trades and their results, as the page, the feed and programs get them."""
