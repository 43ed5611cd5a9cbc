"""A searchset: one page of what was found, with the links to itself and to the next. Pure."""

from collections.abc import Iterator

from core.fhir.asked import Asked
from core.fhir.found import Page
from core.fhir.outcomes import passed_over
from core.fhir.parts import Told


def searchset(page: Page, asked: Asked, *, base: str, kind: str) -> Told:
    """The bundle. It tells no total: that would count the whole history for each page."""
    links = [{"relation": "self", "url": f"{base}{kind}?{asked.query(asked.after)}"}]
    if page.after:
        links.append({"relation": "next", "url": f"{base}{kind}?{asked.query(page.after)}"})
    bundle: Told = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if entries := list(_entries(page, asked, base)):
        bundle["entry"] = entries
    return bundle


def _entries(page: Page, asked: Asked, base: str) -> Iterator[Told]:
    for mode, resources in (("match", page.resources), ("include", page.along)):
        for each in resources:
            address = f"{base}{each['resourceType']}/{each['id']}"
            yield {"fullUrl": address, "resource": each, "search": {"mode": mode}}
    if asked.ignored:
        yield {"resource": passed_over(asked.ignored), "search": {"mode": "outcome"}}
