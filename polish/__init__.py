"""The Polish language: folding, cleaning, analysis, detection and masking; pure, Python 3.10 and newer."""
