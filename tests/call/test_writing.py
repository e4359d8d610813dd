"""Texts one behind the other."""

from __future__ import annotations

import pytest

from ivrkit.call.writing import beside


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("Your balance is", "12 euros", "Your balance is 12 euros"),
        ("您的余额为", "12元5角", "您的余额为12元5角"),
        ("会员", "VIP", "会员VIP"),
        ("VIP", "会员", "VIP会员"),
        ("••••", "元", "••••元"),
        ("请按1。", "转账，请按2。", "请按1。转账，请按2。"),
        ("请按1。", "For English, press 2.", "请按1。For English, press 2."),
        ("For English, press 1.", "普通话，请按2。", "For English, press 1. 普通话，请按2。"),
        ("안녕", "하세요", "안녕 하세요"),
        ("", "您好", "您好"),
        ("Hello", "", "Hello"),
    ],
)
def test_a_space_stands_where_a_writer_puts_one(first: str, second: str, whole: str) -> None:
    assert beside(first, second) == whole
