"""What managers read: daily and monthly figures kept beside the facts. Each can be made again from them."""

from oversight.models.looks import IncidentLook as IncidentLook
from oversight.models.reports import Report as Report
from oversight.models.reports import ReportApproval as ReportApproval
from oversight.models.reports import ReportKind as ReportKind
from oversight.models.reports import ReportScope as ReportScope
from oversight.models.summaries import ItemDay as ItemDay
from oversight.models.summaries import PersonMonth as PersonMonth
from oversight.models.summaries import SiteDay as SiteDay
from oversight.models.summaries import Summarised as Summarised
