"""The checker of Chinese typography finds what it should, and nothing else."""

import pytest
from typography import faults

GOOD = [
    "卷积网络并非始于本文。",
    "LeNet-5 有 60,000 个参数，却有 340,908 个连接（第 II.B 节）。",
    "即式 (6)，其中 x 是加权和：",
    "错误率为 0.95 %（图 9）。",
    "他说：“先看图，再看公式。”",
    "输入为 32×32，数字最多只占 20×20。",
    "背景取 −0.1，墨迹取 1.175。",
    "学会的是\nLeNet-5 的做法。",
    "Only English, with a full stop.",
    "等等……还有一点。",
]

BAD = {
    "卷积,池化": "half-width punctuation",
    "结果如下: 很好": "half-width punctuation",
    "卷积 , 池化和下采样; 还有": "half-width punctuation",
    "论文(图 9)说": "half-width parenthesis",
    "卷积网络很好.": "half-width full stop",
    "这是 LeNet.": "half-width full stop at the end",
    "共有60,000 个参数": "no space between",
    "LeNet-5的输出": "no space between",
    "错误率为 0.95 %时": "no space between",
    "LeNet-5 ，然后": "space beside",
    "首先， 然后": "space beside",
    "参数 （见图）": "space beside",
    "卷积 网络": "space between Chinese",
    "第一行，\n第二行": "line break",
    "第一行\n第二行": "line break",
    '所谓"卷积"': "straight quotation",
    "所谓「卷积」": "other quotation marks",
    "所谓“卷积": "unpaired quotation marks",
    "参数（见图 9": "unpaired parentheses",
    "结束了。。": "doubled punctuation",
    "还有...": "dots instead",
}


@pytest.mark.parametrize("text", GOOD)
def test_good_text_passes(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(("text", "name"), BAD.items())
def test_bad_text_is_named(text: str, name: str) -> None:
    assert any(name in fault for fault in faults(text)), faults(text)
