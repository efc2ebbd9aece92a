"""Inline arithmetic as plans write it."""
