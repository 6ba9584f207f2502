"""The evidence on data folders: the work of each coin, the documents that are made of it, pages for people."""
