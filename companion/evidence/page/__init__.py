"""The report as one HTML page: plots as inline SVG, the heat map and the tables as HTML, nothing from elsewhere."""
