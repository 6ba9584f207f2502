"""The page for people: serves what companion/dashboard was built to, under a strict content security policy."""
