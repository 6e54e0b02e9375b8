"""Why a value is undefined, not known, or to be read with care: the keys of `Measured.why`, in zh, en and ru."""

from __future__ import annotations

from kg.errors import UnknownName

#: Key -> what it says, by language.
REASONS: dict[str, dict[str, str]] = {
    "not-stated": {
        "zh": "部分输入未有陈述",
        "en": "some inputs are not stated",
        "ru": "часть исходных данных не указана",
    },
    "demand-not-stated": {
        "zh": "市场需求未有陈述",
        "en": "market demand is not stated",
        "ru": "рыночный спрос не указан",
    },
    "no-values": {"zh": "没有任何数据", "en": "there are no data at all", "ru": "данных нет"},
    "undefined-parts": {
        "zh": "部分项无定义，未计入",
        "en": "some parts are undefined and left out",
        "ru": "часть слагаемых не определена и не учтена",
    },
    "no-gap": {"zh": "该方没有缺口", "en": "there is no gap to fill", "ru": "восполнять нечего"},
    "no-flow": {"zh": "合计为零", "en": "nothing flows: the sum is 0", "ru": "потоков нет: сумма равна 0"},
    "no-spread": {
        "zh": "各值全部相同，无从区分",
        "en": "all values are equal, so that nothing tells them apart",
        "ru": "все значения равны, различить их нельзя",
    },
    "zero-vector": {
        "zh": "各项编码均为零，无形状可比",
        "en": "all codes are 0, so that there is no shape to compare",
        "ru": "все коды равны 0, сравнивать нечего",
    },
    "zero-weights": {"zh": "权重合计为零", "en": "the weights sum to 0", "ru": "сумма весов равна 0"},
    "zero-variance": {
        "zh": "某指标方差为零，未计入",
        "en": "an index with variance 0 is left out",
        "ru": "показатель с нулевой дисперсией не учтён",
    },
    "flat-coding": {
        "zh": "该编码不区分水平用语",
        "en": "the coding does not tell levels apart",
        "ru": "кодировка не различает уровни",
    },
    "one-city": {"zh": "城市不足两座", "en": "there are fewer than two cities", "ru": "меньше двух городов"},
    "too-many": {
        "zh": "网络过大，未作计算",
        "en": "the network is too large to be reckoned through",
        "ru": "сеть слишком велика для расчёта",
    },
    "one-item": {"zh": "项目不足两个", "en": "there are fewer than two items", "ru": "меньше двух объектов"},
    "no-coordinates": {"zh": "坐标未知", "en": "coordinates are not known", "ru": "координаты неизвестны"},
    "empty-union": {
        "zh": "双方均无任何成员关系",
        "en": "neither side is in anything",
        "ru": "ни одна сторона никуда не входит",
    },
    "partial-roster": {
        "zh": "成员名单不完整",
        "en": "a roster is not complete",
        "ru": "список участников неполон",
    },
    "no-count": {
        "zh": "成员总数未知",
        "en": "a member count is not known",
        "ru": "число участников неизвестно",
    },
    "count-conflict": {
        "zh": "成员总数与名单矛盾",
        "en": "a member count contradicts the roster",
        "ru": "число участников противоречит списку",
    },
    "no-known-tie": {"zh": "未知有无联系", "en": "no tie is known", "ru": "связи неизвестны"},
    "no-path": {
        "zh": "已知联系之间无通路",
        "en": "no way leads through the known ties",
        "ru": "по известным связям пути нет",
    },
    "no-tie": {"zh": "与他方无联系", "en": "it is tied to nobody", "ru": "ни с кем не связан"},
    "few-counts": {
        "zh": "计数过少，结果有偏且不精确",
        "en": "few counts: biased and imprecise",
        "ru": "мало наблюдений: оценка смещена и неточна",
    },
    "tier-profile": {
        "zh": "画像由层级推得，同级城市必然相同",
        "en": "tiers imply the profiles: cities of a tier are alike by construction",
        "ru": "профили выведены из уровня: города одного уровня одинаковы по построению",
    },
    "mixed-years": {
        "zh": "数据年份不一",
        "en": "the data are of different years",
        "ru": "данные за разные годы",
    },
}


def told(key: str, language: str = "en") -> str:
    """What a reason says, in "zh", "en" or "ru".

    >>> told("tier-profile")
    'tiers imply the profiles: cities of a tier are alike by construction'
    """
    if key not in REASONS:
        raise UnknownName("reason", key, REASONS)
    return REASONS[key][language]
