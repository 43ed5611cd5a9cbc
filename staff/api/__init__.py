"""The part of the JSON API that is about people: devices, whoever acts through them, and one's own hours."""
