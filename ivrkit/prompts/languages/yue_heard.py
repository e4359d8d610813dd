"""What callers say in Cantonese that the rules do not."""

from __future__ import annotations

from ivrkit.prompts.heard_words import HeardWords

HEARD = HeardWords(
    folds={"兩": "二", "两": "二", "〇": "零", "個": "", "點": "点", "鐘": "钟", "號": "号"},
    joints=("零",),
    plus=("加",),
    negative=("負",),
    denials=("唔", "冇", "不"),
    near_days={"後日": 2, "前日": -2, "明天": 1, "昨天": -1, "今天": 0},
    days=("{day}日", "{day}號"),
    times={
        "{hour}點": 0,
        "{hour}點鐘": 0,
        "{hour}點正": 0,
        "{hour}點半": 30,
        "{hour}點{minute}": "+",
        "{hour}點{minute}分": "+",
        "{hour}點零{minute}分": "+",
        "{hour}點零{minute}": "+",
    },
    day_parts={
        "朝早": "am",
        "朝頭早": "am",
        "早上": "am",
        "上午": "am",
        "凌晨": "am",
        "中午": "pm",
        "下午": "pm",
        "下晝": "pm",
        "夜晚": "night",
        "晚上": "night",
    },
    units={
        ("HKD", "major"): ("蚊", "元", "塊", "塊錢"),
        ("HKD", "tenth"): ("毫",),
    },
    understood="我聽到嘅係",
    right="啱唔啱？",
)
