"""Pictures of figures, made on the server: SVG from plain values, with a title, a description and a data table behind.

Our own few lines instead of a chart library: libraries write inline styles, which our content security policy refuses,
and know neither gaps, nor paper in black and white, nor a screen of 360 px. Positions across are per cents, so that the
letters keep their size at any width; what varies by data is an SVG attribute, what looks is a class of charts.css (each
page with a picture links it). A part is told by its pattern, a state by shape and word; colour only repeats it.

Nothing here asks the database or the clock; every word that comes in is escaped.
"""

from oversight.charts.lines import Series, multiples, spark
from oversight.charts.places import Spot, map_of
from oversight.charts.rows import Bar, bars
from oversight.charts.svg import Number, State

__all__ = ["Bar", "Number", "Series", "Spot", "State", "bars", "map_of", "multiples", "spark"]
