"""What people do: one function, one transaction, one change. The only room that writes."""
