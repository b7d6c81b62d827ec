"""Figures: one module a subject, `base` what they share."""
