"""The vocabulary of Mandarin, in the characters of the mainland."""

from __future__ import annotations

from ivrkit.prompts.announced import KeyWords
from ivrkit.prompts.languages import chinese_words
from ivrkit.prompts.languages.chinese_words import coins, currencies, unit
from ivrkit.prompts.text_words import TextWords
from ivrkit.prompts.words import Word

WORDS = chinese_words.words("""
    0 零 1 一 2 二 3 三 4 四 5 五 6 六 7 七 8 八 9 九
    10 十 20 二十 30 三十 40 四十 50 五十 60 六十 70 七十 80 八十 90 九十
    hundred 百 thousand 千 wan 万 yi 亿 liang 两 yao 幺 minus 负 point 点 di 第
    year 年 month 月 day 日
    mon-0 一月 mon-1 二月 mon-2 三月 mon-3 四月 mon-4 五月 mon-5 六月
    mon-6 七月 mon-7 八月 mon-8 九月 mon-9 十月 mon-10 十一月 mon-11 十二月
    day-0 星期日 day-1 星期一 day-2 星期二 day-3 星期三 day-4 星期四 day-5 星期五 day-6 星期六
    yesterday 昨天 today 今天 tomorrow 明天
    midnight 午夜 night 凌晨 early 早上 morning 上午 noon 中午 afternoon 下午 evening 晚上
    oclock 点 minute 分 half 半 sharp 整
    tian 天 hours 小时 minutes 分钟 second 秒
    jian 键
""") | {"press": Word("请按", "vm-press")}
NEAR_DAYS = {-1: WORDS["yesterday"], 0: WORDS["today"], 1: WORDS["tomorrow"]}
DAY_PARTS = {19: "evening", 13: "afternoon", 12: "noon", 8: "morning", 5: "early", 0: "night"}
"""From these hours on (CLDR's day periods)."""
YES = (
    "是", "是的", "对", "对的", "好", "好的", "没错", "正确", "可以", "行", "嗯", "确认", "要",
)  # fmt: skip
NO = (
    "不", "不是", "不对", "不要", "不好", "不行", "不可以", "错", "错了", "错误", "没有", "否",
)  # fmt: skip
SIGNS = {
    "*": Word("星号", "digits/star"),
    "#": Word("井号", "digits/hash"),
    "+": Word("加", "letters/plus"),
    "-": Word("横杠", "letters/dash"),
    ".": Word("点", "letters/dot"),
    "@": Word("艾特", "letters/at"),
    "/": Word("斜杠", "letters/slash"),
    "_": Word("下划线", "letters/ascii95"),
    "&": Word("和号", "letters/ascii38"),
    "%": Word("百分号", "letters/ascii37"),
    ":": Word("冒号", "letters/ascii58"),
    ",": Word("逗号", "letters/ascii44"),
    "'": Word("撇号", "letters/ascii39"),
    "=": Word("等号", "letters/equals"),
    " ": Word("空格", "letters/space"),
}
_DIGITS = {WORDS[str(number)].text: str(number) for number in range(10)}
KEY_WORDS = KeyWords(
    press="按下?|摁下?|揿",
    option="选择?|拨|输入",
    fillers="数字|电话|按键|键盘|键|上|的|号码",
    either="或者?|和|、",
    purpose="(?!)",
    units="次|位|个|下|遍|秒|分|小时|天|年|月|日|号(?!键)|点|元|十|百|千|万",
    names=_DIGITS
    | {"幺": "1", "两": "2", "星号": "*", "星": "*", "米字": "*", "井号": "#", "井": "#"},
    spaced=False,
)
_TEENS = {
    WORDS["10"].text + text: 10 + int(digit) for text, digit in _DIGITS.items() if text != "零"
}
TEXT_WORDS = TextWords(
    digits="位(?:的)?(?:数|密码|号码|卡号|账号|帐号|验证码|编号|代码|证件|身份证)|个数字",
    deletes="删除|删掉|清除|抹掉|移除",
    between=" ?",
    numbers={text: int(digit) for text, digit in _DIGITS.items() if text != "零"}
    | {"两": 2, "十": 10, "二十": 20}
    | _TEENS,
    pace=3.5,
    spaced=False,
)
CURRENCIES = currencies("""
    AED 2 dilahamu=阿联酋迪拉姆 feier=费尔
    AUD 2 aoyuan=澳元 fen=分
    BRL 2 leiyaer=雷亚尔 fen=分
    CAD 2 jiayuan=加元 fen=分
    CHF 2 ruishi-falang=瑞士法郎 shengding=生丁
    CZK 2 jieke-kelang=捷克克朗 hele=赫勒
    DKK 2 danmai-kelang=丹麦克朗 oer=欧尔
    EUR 2 ouyuan=欧元 oufen=欧分
    GBP 2 yingbang=英镑 bianshi=便士
    HUF 0 fulin=福林
    IDR 0 yinni-dun=印尼盾
    INR 2 yindu-lubi=印度卢比 paisa=派萨
    JPY 0 riyuan=日元
    KRW 0 hanyuan=韩元
    KWD 3 kewei-dinaer=科威特第纳尔 feier=费尔
    MXN 2 moxige-bisuo=墨西哥比索 fen=分
    MYR 2 linjite=林吉特 xian=仙
    NOK 2 nuowei-kelang=挪威克朗 oer=欧尔
    NZD 2 xinxilan-yuan=新西兰元 fen=分
    PHP 2 feilubin-bisuo=菲律宾比索 fen=分
    PLN 2 ziluoti=兹罗提 geluoxi=格罗希
    RUB 2 lubu=卢布 gebi=戈比
    UAH 2 gelifuna=格里夫纳 gebi=戈比
    SEK 2 ruidian-kelang=瑞典克朗 oer=欧尔
    SGD 2 xinjiapo-yuan=新加坡元 fen=分
    THB 2 taizhu=泰铢 sadang=萨当
    TRY 2 lila=里拉 kulushi=库鲁什
    USD 2 meiyuan=美元 meifen=美分
    VND 0 yuenan-dun=越南盾
    ZAR 2 lante=兰特 fen=分
""") | coins(
    """
    CNY
    HKD gangbi=港币
    MOP aomenbi=澳门币
    TWD xintaibi=新台币
    """,
    unit("yuan=元"),
    unit("jiao=角"),
    unit("fen=分"),
)
"""Names of money by ISO 4217 code. HUF and IDR are said without their unused minor units."""
