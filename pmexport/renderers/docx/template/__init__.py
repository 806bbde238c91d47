"""A report on a company's own Word template: what of it stays, what is filled, and how ours fits in."""
