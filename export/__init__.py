"""Models and papers -> verified graphs, diagrams, pages and the site. See `python -m export --help`."""
