"""Whose a picture is and under which licence, as it stands on the page: in both languages, with links to follow.

A licence is written `CC BY 2.0, somebody, www.example.org/picture`: the address belongs to the name before it.
"""

from export.manifest import Credit
from papers.schema import Text

DEEDS = {
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC BY 2.0": "https://creativecommons.org/licenses/by/2.0/",
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "MIT": "https://opensource.org/license/mit",
}
CHINESE = {
    "drawn for this site": "为本站绘制",
    "public domain": "公有领域",
    "no known copyright restrictions": "没有已知的版权限制",
    "photographs by cosmicad and akshaylamba": "cosmicad 和 akshaylamba 拍摄",
}


def credit(licence: str) -> list[Credit]:
    """The parts of a licence, each with its link if it has one."""
    parts: list[Credit] = []
    for part in licence.split(", "):
        if part.startswith("www."):
            parts[-1] = parts[-1].model_copy(update={"url": f"https://{part}"})
        else:
            parts.append(Credit(text=Text(en=part, zh=CHINESE.get(part, part)), url=DEEDS.get(part)))
    return parts
