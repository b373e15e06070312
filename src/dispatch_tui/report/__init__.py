"""The page for the customer: a comparison as one or two printed pages, HTML or PDF.

``page`` chooses what a customer sees, ``picture`` draws it, ``printing`` fills a template that the user may replace.
"""
