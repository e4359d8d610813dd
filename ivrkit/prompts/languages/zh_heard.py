"""What callers say in Mandarin that the rules do not."""

from __future__ import annotations

from ivrkit.prompts.heard_words import HeardWords

HEARD = HeardWords(
    folds={"两": "二", "幺": "一", "〇": "零"},
    joints=("零",),
    points=("点",),
    plus=("加",),
    negative=("负",),
    denials=("不", "没"),
    near_days={"后天": 2, "前天": -2},
    days=("{day}日", "{day}号"),
    times={
        "{hour}点": 0,
        "{hour}点钟": 0,
        "{hour}点整": 0,
        "{hour}点半": 30,
        "{hour}点一刻": 15,
        "{hour}点三刻": 45,
        "{hour}点{minute}": "+",
        "{hour}点{minute}分": "+",
        "{hour}点零{minute}分": "+",
        "{hour}点零{minute}": "+",
        "差{minute}分{hour}点": "-",
        "差一刻{hour}点": -15,
    },
    day_parts={
        "早上": "am",
        "上午": "am",
        "凌晨": "am",
        "中午": "pm",
        "下午": "pm",
        "晚上": "night",
    },
    units={
        ("CNY", "major"): ("块", "块钱", "元", "元钱"),
        ("CNY", "tenth"): ("毛",),
    },
    understood="我听到的是",
    right="对吗？",
)
