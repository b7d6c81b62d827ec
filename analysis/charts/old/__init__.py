"""The charts of the first edition, until each is drawn anew on `analysis.charts.base`; then this folder goes."""
