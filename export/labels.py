"""What classes are called, by the data that a network was trained on."""

from collections.abc import Mapping
from typing import NoReturn, TypeVar

T = TypeVar("T")


class ByData(dict[str, T]):
    """Something for each set of data. Raises KeyError that says where to add what is missing."""

    def __init__(self, place: str, entries: Mapping[str, T]) -> None:
        super().__init__(entries)
        self.place = place

    def __missing__(self, name: str) -> NoReturn:
        raise KeyError(f"{self.place} has nothing for {name!r}: add it there, beside {', '.join(self)}")


LABELS = ByData(
    "export/labels.py: LABELS",
    {
        "cifar10": {
            "en": ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
            "zh": ["飞机", "汽车", "鸟", "猫", "鹿", "狗", "青蛙", "马", "船", "卡车"],
        },
        "membranes": {"en": ["membrane", "cell interior"], "zh": ["细胞膜", "细胞内部"]},
        "nuclei": {"en": ["background", "nucleus"], "zh": ["背景", "细胞核"]},
        "bccd": {
            "en": ["red cell", "white cell", "platelet"],
            "zh": ["红细胞", "白细胞", "血小板"],
        },
    },
)

# Of what a detector counts; Chinese needs none.
PLURALS = ByData("export/labels.py: PLURALS", {"bccd": ["red cells", "white cells", "platelets"]})
