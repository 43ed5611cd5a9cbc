"""The JSON door: the policy of a view, its session, and refusals as problem details (RFC 9457)."""
