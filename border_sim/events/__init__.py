"""Records to ordered events: the order, the digest, the wire format, and back."""
