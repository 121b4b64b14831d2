"""The plan of the map of all papers: time runs down, tasks stand side by side, lines lead to what a paper owes.

Papers are set on a grid. A line runs between the cards, or over places that are free, and bends only between two rows;
lines to the same paper and of the same type share a trunk and one arrow head. The same steps make a wide sheet and one
for phones.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from export.fragments import TYPES
from papers.schema import Paper

# Tasks that share a colour; a task that is not named here belongs to the last group.
GROUPS = (
    ("image-classification",),
    ("object-detection",),
    ("semantic-segmentation", "biomedical-segmentation", "instance-segmentation"),
    (),
)
# Arrow heads that point up to (0, 0), and how much of the line they replace.
HEADS = {
    "builds-on": ('<path d="M0 0l4 8h-8z"/>', 7.0),
    "uses": ('<path d="M-4 7.5l4 -7l4 7"/>', 1.0),
    "extends": ('<path d="M0 0.7l4.2 8h-8.4z"/>', 9.0),
    "refutes": ('<path d="M-5.5 2.5h11"/>', 2.5),
}
PORT = 17  # between the arrow heads of one card
BEND = 40  # how long a way round is worth one bend less


class Edge(NamedTuple):
    """`later` does what `type` says to `earlier`."""

    later: str
    earlier: str
    type: str


class Place(NamedTuple):
    """Of a card: its row and slot, counted from the top left."""

    row: int
    slot: int


@dataclass(frozen=True)
class Sheet:
    """A size of the map. A lane is a number of slots and the groups of tasks that stand in it."""

    name: str
    lanes: tuple[tuple[int, tuple[int, ...]], ...]
    card: tuple[float, float]
    gap: float  # between two slots, and outside the first and the last
    lane_gap: float  # the same between two lanes
    row_gap: float
    year_gap: float  # in addition, above the first row of a year
    left: float  # what the years take beside the rows; 0 if they stand above them
    size: float  # of the text
    titles: bool = False  # whether the lanes carry their tasks

    @cached_property
    def columns(self) -> list[tuple[float, float]]:
        """Centre and width of where lines can run: even ones are between the slots, odd ones are slots."""
        columns: list[tuple[float, float]] = []
        x = self.left
        for slots, _ in self.lanes:
            for slot in range(slots):
                gap = self.lane_gap if slot == 0 and columns else self.gap
                columns += [(x + gap / 2, gap), (x + gap + self.card[0] / 2, self.card[0])]
                x += gap + self.card[0]
        return [*columns, (x + self.gap / 2, self.gap)]

    @property
    def width(self) -> float:
        return self.columns[-1][0] + self.gap / 2

    def lane(self, group: int) -> range:
        """The slots in which a group may stand."""
        first = 0
        for slots, groups in self.lanes:
            if group in groups:
                return range(first, first + slots)
            first += slots
        raise ValueError(f"no lane of the sheet {self.name!r} takes the group {group}")


SHEETS = (
    Sheet(
        "wide", ((4, (0,)), (2, (1,)), (3, (2,)), (2, (3,))), (88, 38), 11, 24, 40, 16, 50, 13.5, titles=True
    ),
    Sheet("narrow", ((2, (0,)), (1, (1,)), (1, (2, 3))), (75, 36), 9, 12, 34, 30, 0, 12.5),
)  # fmt: skip


# -------------------------------------------------------------------------------------------------------------- layout


def edges(papers: dict[str, Paper]) -> list[Edge]:
    """All that papers of this site owe to each other, each pair and type once."""
    found = (
        Edge(slug, entry.to, entry.type)
        for slug, paper in papers.items()
        for entry in paper.lineage
        if isinstance(entry.to, str)
    )
    return list(dict.fromkeys(found))


def group(task: str) -> int:
    return next((index for index, tasks in enumerate(GROUPS) if task in tasks), len(GROUPS) - 1)


@dataclass
class Layout:
    """Where cards stand and lines run on a sheet."""

    sheet: Sheet
    papers: dict[str, Paper]
    years: list[int] = field(default_factory=list)  # of each row
    places: dict[str, Place] = field(default_factory=dict)  # row by row, each from left to right
    ways: dict[Edge, list[int]] = field(default_factory=dict)  # the columns in the rows between
    tracks: dict[tuple[str, str, int], float] = field(
        default_factory=dict
    )  # how far a trunk is beside a column's centre

    def __post_init__(self) -> None:
        self.edges = edges(self.papers)
        self.before: dict[str, list[str]] = defaultdict(list)
        for edge in self.edges:
            self.before[edge.later].append(edge.earlier)
        for year in sorted({paper.year for paper in self.papers.values()}):
            self._place_year(year)
        self.places = dict(sorted(self.places.items(), key=lambda entry: entry[1]))
        taken = set(self.places.values())
        for edge in self.edges:
            self.ways[edge] = self._way(edge, taken)
        self._set_tracks()

    # ------------------------------------------------------------------------------------------------------------ cards

    def _place_year(self, year: int) -> None:
        """Below what they owe to papers of the same year, else as high as there is room."""
        first = len(self.years)
        waiting = [slug for slug, paper in self.papers.items() if paper.year == year]
        while waiting:
            ready = [slug for slug in waiting if not set(self.before[slug]) & set(waiting)]
            if not ready:
                raise ValueError(f"the lineage of {', '.join(waiting)} runs in a circle")
            for slug in ready:
                row = max([first, *(self.places[old].row + 1 for old in self.before[slug] if old in self.places)])
                self._place(slug, row)
            waiting = [slug for slug in waiting if slug not in ready]
        last = max(place.row for place in self.places.values())
        self.years += [year] * (last + 1 - first)

    def _place(self, slug: str, row: int) -> None:
        lane, taken = self.sheet.lane(group(self.papers[slug].task)), set(self.places.values())
        while not (free := [slot for slot in lane if Place(row, slot) not in taken]):
            row += 1
        owed = [self.places[old].slot for old in self.before[slug] if old in self.places]
        wish = sum(owed) / len(owed) if owed else (lane[0] + lane[-1]) / 2
        self.places[slug] = Place(row, min(free, key=lambda slot: (abs(slot - wish), slot)))

    # ------------------------------------------------------------------------------------------------------------ lines

    def _way(self, edge: Edge, taken: set[Place]) -> list[int]:
        """Through every row between the two cards by the columns that are free, short and with few bends."""
        start, end = self.places[edge.earlier], self.places[edge.later]
        columns = range(len(self.sheet.columns))
        best: dict[int, tuple[float, list[int]]] = {2 * start.slot + 1: (0.0, [])}
        for row in range(start.row + 1, end.row):
            open_ = [column for column in columns if column % 2 == 0 or Place(row, column // 2) not in taken]
            best = {column: self._cheapest(best, column, True) for column in open_}
        return self._cheapest(best, 2 * end.slot + 1, False)[1]

    def _cheapest(self, best: dict[int, tuple[float, list[int]]], to: int, keep: bool) -> tuple[float, list[int]]:
        def cost(column: int) -> float:
            return best[column][0] + abs(self.sheet.columns[column][0] - self.sheet.columns[to][0])

        column = min(best, key=lambda column: (cost(column) + BEND * (column != to), column))
        return cost(column) + BEND * (column != to), [*best[column][1], *([to] if keep else [])]

    def _set_tracks(self) -> None:
        """Trunks that meet in a column run beside each other."""
        spans: dict[int, dict[tuple[str, str], tuple[int, int]]] = defaultdict(dict)
        for edge, way in self.ways.items():
            for row, column in enumerate(way, self.places[edge.earlier].row + 1):
                top, bottom = spans[column].get((edge.earlier, edge.type), (row, row))
                spans[column][edge.earlier, edge.type] = (min(top, row), max(bottom, row))
        for column, trunks in spans.items():
            used: list[int] = []  # the last row of each track
            chosen = {}
            for trunk, (top, bottom) in sorted(trunks.items(), key=lambda entry: entry[1]):
                track = next((index for index, last in enumerate(used) if last < top), len(used))
                used[track : track + 1] = [bottom]
                chosen[trunk] = track
            step = min(5.0, (self.sheet.columns[column][1] - 3) / max(len(used) - 1, 1))
            for trunk, track in chosen.items():
                self.tracks[*trunk, column] = (track - (len(used) - 1) / 2) * step

    # ---------------------------------------------------------------------------------------------------------- drawing

    @cached_property
    def tops(self) -> list[float]:
        """The upper side of each row's cards."""
        sheet, tops = self.sheet, []
        y = self.head
        for row, year in enumerate(self.years):
            y += sheet.year_gap if row == 0 or year != self.years[row - 1] else 0
            tops.append(y)
            y += sheet.card[1] + sheet.row_gap
        return tops

    @property
    def head(self) -> float:
        """What the titles of the lanes take."""
        return 12 + 18 * max(len(self.tasks(groups)) for _, groups in self.sheet.lanes) if self.sheet.titles else 0

    def tasks(self, groups: tuple[int, ...]) -> list[str]:
        """The tasks of some groups, as far as there are papers."""
        return list(dict.fromkeys(paper.task for paper in self.papers.values() if group(paper.task) in groups))

    @property
    def height(self) -> float:
        return self.tops[-1] + self.sheet.card[1] + 8

    def corner(self, slug: str) -> tuple[float, float]:
        place = self.places[slug]
        return self.sheet.columns[2 * place.slot + 1][0] - self.sheet.card[0] / 2, self.tops[place.row]

    def ports(self, slug: str) -> dict[str, float]:
        """Where on the lower side of a card the lines of each type arrive."""
        types = [type for type in TYPES if any(edge.earlier == slug and edge.type == type for edge in self.edges)]
        centre = self.corner(slug)[0] + self.sheet.card[0] / 2
        step = min(PORT, self.sheet.card[0] / max(len(types), 1))
        return {type: centre + (index - (len(types) - 1) / 2) * step for index, type in enumerate(types)}

    def lines(self) -> dict[Edge, list[tuple[float, float]]]:
        """The points of each line, from the earlier paper down; between them, in turn, bends and straight parts."""
        found = {}
        for edge, way in self.ways.items():
            x, y = self.corner(edge.earlier)
            points = [(self.ports(edge.earlier)[edge.type], y + self.sheet.card[1] + HEADS[edge.type][1])]
            for row, column in enumerate(way, self.places[edge.earlier].row + 1):
                x = self.sheet.columns[column][0] + self.tracks[edge.earlier, edge.type, column]
                points += [(x, self.tops[row]), (x, self.tops[row] + self.sheet.card[1])]
            found[edge] = points
        for slug in self.papers:  # where they leave the later paper: side by side, in the order in which they come
            leaving = sorted((edge for edge in self.edges if edge.later == slug), key=lambda edge: found[edge][-1])
            x, y = self.corner(slug)
            step = min(10.0, (self.sheet.card[0] - 12) / max(len(leaving) - 1, 1))
            for index, edge in enumerate(leaving):
                place = x + self.sheet.card[0] / 2 + (index - (len(leaving) - 1) / 2) * step
                found[edge].append((place, y))
        return found
