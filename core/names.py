"""How people are named in lists, on screens that others can see and in the audit trail."""


def initials(full_name: str) -> str:
    """Lò Văn Phong is L.V.P."""
    return "".join(f"{word[0].upper()}." for word in full_name.split())
