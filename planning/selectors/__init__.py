"""Questions that pages ask of the planning tables: a bounded number of queries each, however many the lines."""
