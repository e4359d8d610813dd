"""The vocabulary of Cantonese, in the characters of Hong Kong."""

from __future__ import annotations

from ivrkit.prompts.announced import KeyWords
from ivrkit.prompts.languages import chinese_words
from ivrkit.prompts.languages.chinese_words import coins, currencies, unit
from ivrkit.prompts.text_words import TextWords
from ivrkit.prompts.words import Word

WORDS = chinese_words.words("""
    0 零 1 一 2 二 3 三 4 四 5 五 6 六 7 七 8 八 9 九
    10 十 20 二十 30 三十 40 四十 50 五十 60 六十 70 七十 80 八十 90 九十
    hundred 百 thousand 千 wan 萬 yi 億 liang 兩 minus 負 point 點 di 第
    year 年 month 月 day 日
    mon-0 一月 mon-1 二月 mon-2 三月 mon-3 四月 mon-4 五月 mon-5 六月
    mon-6 七月 mon-7 八月 mon-8 九月 mon-9 十月 mon-10 十一月 mon-11 十二月
    day-0 星期日 day-1 星期一 day-2 星期二 day-3 星期三 day-4 星期四 day-5 星期五 day-6 星期六
    yesterday 尋日 today 今日 tomorrow 聽日
    midnight 午夜 night 凌晨 early 早上 morning 上午 noon 中午 afternoon 下午 evening 晚上
    oclock 點 minute 分 half 半 sharp 正
    tian 日 hours 小時 minutes 分鐘 second 秒
    jian 鍵
""") | {"press": Word("請按", "vm-press")}
NEAR_DAYS = {-1: WORDS["yesterday"], 0: WORDS["today"], 1: WORDS["tomorrow"]}
DAY_PARTS = {19: "evening", 13: "afternoon", 12: "noon", 8: "morning", 5: "early", 0: "night"}
"""From these hours on (CLDR's day periods)."""
YES = (
    "係", "係呀", "係嘅", "啱", "啱呀", "啱嘅", "得", "好", "好呀", "冇錯", "可以", "要",
    "正確", "是",
)  # fmt: skip
NO = (
    "唔係", "唔係呀", "唔啱", "唔得", "唔好", "唔要", "唔可以", "錯", "錯咗", "冇", "不是", "否",
)  # fmt: skip
SIGNS = {
    "*": Word("星號", "digits/star"),
    "#": Word("井號", "digits/hash"),
    "+": Word("加", "letters/plus"),
    "-": Word("橫線", "letters/dash"),
    ".": Word("點", "letters/dot"),
    "@": Word("at", "letters/at"),
    "/": Word("斜線", "letters/slash"),
    "_": Word("底線", "letters/ascii95"),
    "&": Word("and", "letters/ascii38"),
    "%": Word("百分號", "letters/ascii37"),
    ":": Word("冒號", "letters/ascii58"),
    ",": Word("逗號", "letters/ascii44"),
    "'": Word("撇號", "letters/ascii39"),
    "=": Word("等號", "letters/equals"),
    " ": Word("空格", "letters/space"),
}
_DIGITS = {WORDS[str(number)].text: str(number) for number in range(10)}
KEY_WORDS = KeyWords(
    press="按下?|㩒下?|撳下?|揿下?",
    option="揀|選擇?|撥|輸入",
    fillers="數字|電話|按鍵|鍵盤|鍵|上|的|嘅|號碼",
    either="或者?|或是|同埋?|和|、",
    purpose="(?!)",
    units="次|位|個|下|吓|遍|秒|分|小時|日|年|月|號(?!鍵)|點|元|蚊|十|百|千|萬",
    names=_DIGITS
    | {
        "兩": "2",
        "星號": "*",
        "星字": "*",
        "星": "*",
        "米字": "*",
        "井號": "#",
        "井字": "#",
        "井": "#",
    },
    spaced=False,
)
_TEENS = {
    WORDS["10"].text + text: 10 + int(digit) for text, digit in _DIGITS.items() if text != "零"
}
TEXT_WORDS = TextWords(
    digits="位(?:的|嘅)?(?:數|密碼|號碼|卡號|賬號|帳號|戶口|驗證碼|編號|代碼|身份證)|個(?:數字|字)",
    deletes="刪除|刪走|刪咗|清除|移除",
    between=" ?",
    numbers={text: int(digit) for text, digit in _DIGITS.items() if text != "零"}
    | {"兩": 2, "十": 10, "二十": 20}
    | _TEENS,
    pace=4.0,
    spaced=False,
)
CURRENCIES = currencies("""
    AED 2 dilahamu=阿聯酋迪拉姆 feier=費爾
    AUD 2 aoyuan=澳元 fen=分
    BRL 2 leiyaer=雷亞爾 fen=分
    CAD 2 jiayuan=加元 fen=分
    CHF 2 ruishi-falang=瑞士法郎 shengding=生丁
    CZK 2 jieke-kelang=捷克克朗 hele=赫勒
    DKK 2 danmai-kelang=丹麥克朗 oer=歐爾
    EUR 2 ouyuan=歐元 oufen=歐分
    GBP 2 yingbang=英鎊 bianshi=便士
    HUF 0 fulin=福林
    IDR 0 yinni-dun=印尼盾
    INR 2 yindu-lubi=印度盧比 paisa=派薩
    JPY 0 riyuan=日圓
    KRW 0 hanyuan=韓圜
    KWD 3 kewei-dinaer=科威特第納爾 feier=費爾
    MXN 2 moxige-bisuo=墨西哥披索 fen=分
    MYR 2 linjite=馬來西亞令吉 xian=仙
    NOK 2 nuowei-kelang=挪威克朗 oer=歐爾
    NZD 2 xinxilan-yuan=紐西蘭元 fen=分
    PHP 2 feilubin-bisuo=菲律賓披索 fen=分
    PLN 2 ziluoti=波蘭茲羅提 geluoxi=格羅希
    RUB 2 lubu=盧布 gebi=戈比
    UAH 2 gelifuna=格里夫納 gebi=戈比
    SEK 2 ruidian-kelang=瑞典克朗 oer=歐爾
    SGD 2 xinjiapo-yuan=新加坡元 fen=分
    THB 2 taizhu=泰銖 sadang=薩當
    TRY 2 lila=土耳其里拉 kulushi=庫魯什
    USD 2 meiyuan=美元 meifen=美分
    VND 0 yuenan-dun=越南盾
    ZAR 2 lante=南非蘭特 fen=分
""") | coins(
    """
    HKD
    CNY renminbi=人民幣
    MOP aomenbi=澳門幣
    TWD xintaibi=新台幣
    """,
    unit("yuan=元"),
    unit("jiao=角"),
    unit("fen=分"),
)
"""Names of money by ISO 4217 code. HUF and IDR are said without their unused minor units."""
