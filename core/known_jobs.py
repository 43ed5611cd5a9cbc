"""Every job of the product, as its room declared it (core.jobs): known to the worker, and to the web that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.functional import Promise

MERCY: Final = timedelta(minutes=2)  # between the exception that a job may still end well on, and its end


@dataclass(frozen=True)
class Job:
    """A job as it was declared. `nightly`: once a day. `told_to_all`: who signs in is told while it is given up, as of
    every nightly job that has not gone well."""

    name: str
    words: str | Promise
    nightly: bool
    tries: int
    soft: timedelta
    told_to_all: bool = False

    @property
    def hard(self) -> timedelta:
        """When its process is ended."""
        return self.soft + MERCY


_jobs: dict[str, Job] = {}


def declare(job: Job) -> Job:
    _jobs[job.name] = job
    return job


def known() -> Mapping[str, Job]:
    """Every job by its task's name."""
    return _jobs
