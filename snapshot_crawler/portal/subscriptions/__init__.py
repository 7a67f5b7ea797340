"""Subscriptions: what a reader wants to follow, kept under a secret address, and told by notices where he asks for it.

model.py says what a subscription is and how large it may be, tokens.py makes and checks what its addresses hold,
store.py keeps it. matching.py finds the new articles that it asks for, message.py writes of them, receivers.py judges
where a reader may have notices sent, and courier.py does all of it beside the portal. The pages are in
portal/pages/my.py.
"""
