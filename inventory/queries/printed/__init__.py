"""The forms and books of the field as papers: what core.papers prints. Every figure is read from the ledger."""
