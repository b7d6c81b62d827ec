"""What cells show beside charts: tables, lists, texts, the headline. One module a subject, `base` what they share."""
