"""Whether a request may be made, how fast, and what of its answer is safe to read: one protection a file.

docs/threat-model.md says what each is against. settings.py has their order.
"""
