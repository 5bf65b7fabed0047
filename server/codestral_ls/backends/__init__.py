"""Who writes the text: models on this machine and on servers; `base` is the seam."""
