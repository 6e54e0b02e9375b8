"""The words of the pages, in the three languages of their readers; {…} is filled in."""

from __future__ import annotations

#: Of each text the Chinese, the English and the Russian one.
_WORDS: dict[str, tuple[str, str, str]] = {
    "site": ("欧亚创新城市图谱", "EIC Graph", "Граф EIC"),
    "title": ("欧亚创新城市图谱", "Eurasian innovation cities", "Инновационные города Евразии"),
    "tongue": ("中文", "English", "Русский"),
    "questions": ("问题", "Questions", "Вопросы"),
    "ontology": ("本体", "Ontology", "Онтология"),
    "sparql": ("SPARQL 查询", "SPARQL", "SPARQL"),
    "api": ("接口说明", "API", "API"),
    "what": (
        "2019 年的一篇论文主张，中国的创新伙伴关系需要次国家的维度：城市经由跨国城市联盟，在欧亚互补创新要素。"
        "本站把这一论证做成可以查问的图谱：哪些城市属于哪一层级、谁依赖谁、有哪些联盟、角色与风险。",
        "A paper of 2019 argues that China's innovation partnerships need a sub-national dimension: cities that, bound "
        "by transnational alliances, complement each other across Eurasia. Here its argument is a graph that can be "
        "asked: which city stands in which tier, who depends on whom, in which alliances, roles and risks.",
        "Статья 2019 года утверждает, что инновационным партнёрствам Китая нужно субнациональное измерение: города, "
        "которые через транснациональные союзы дополняют друг друга в Евразии. Здесь её доводы — граф, который можно "
        "спрашивать: какой город на каком уровне, кто от кого зависит, какие есть союзы, роли и риски.",
    ),
    "how": (
        "每条陈述都注明论文的页、节、段、句。按规则推知者标明为推知；来源未言者即为“未述及”，不等于“没有”。",
        "Every statement names its page, section, paragraph and sentence. What follows by rule is marked as derived; "
        "what no source says is “not stated”, which is not “no”.",
        "У каждого утверждения указаны страница, раздел, абзац и предложение. Выведенное по правилам помечено; о чём "
        "источник молчит, то «не указано», а это не «нет».",
    ),
    "your_query": ("查询语句（SPARQL 1.1）", "Your query (SPARQL 1.1)", "Ваш запрос (SPARQL 1.1)"),
    "sparql_what": (
        "所问为全图各层之并集；本站前缀（eic:、id:、claim: 等）无须声明。程序可以同一地址按 SPARQL 1.1 协议查询。",
        "It is asked of all layers of the graph together; prefixes of ours (eic:, id:, claim: …) need no declaration. "
        "Programs ask at this same address, by the SPARQL 1.1 Protocol.",
        "Спрашиваются все слои графа вместе; наши префиксы (eic:, id:, claim: …) объявлять не нужно. "
        "Программы спрашивают по этому же адресу, по протоколу SPARQL 1.1.",
    ),
    "first_rows": (
        "此处只显示前 {} 行；其余请取下列格式。",
        "The first {} rows are shown; the forms below have more.",
        "Показаны первые строки ({}); в других формах ниже их больше.",
    ),
    "view": ("观点：{}，截至 {} 年", "View: {}, as of {}", "Точка зрения: {}, на {} год"),
    "version": ("图谱版本 {}", "graph version {}", "версия графа {}"),
    "licence": ("数据许可：CC BY 4.0", "data: CC BY 4.0", "данные: CC BY 4.0"),
    "search": ("查找", "Search", "Найти"),
    "search_hint": (
        "城市、联盟、概念的名称，或一句问话",
        "a city, an alliance, a term … or a sentence",
        "город, союз, понятие … или вопрос словами",
    ),
    "found": ("“{}”：找到 {} 项", "“{}”: {} found", "«{}»: найдено {}"),
    "unfound": (
        "图谱中没有叫“{}”的事物。",
        "Nothing here is called “{}”.",
        "Ничего с названием «{}» здесь нет.",
    ),
    "silence": (
        "来源未提及者不在图谱之中：这不等于没有。",
        "What no source names is not in the graph: that is not to say that there is none.",
        "О чём не говорит ни один источник, того нет в графе; это не значит, что этого нет.",
    ),
    "begin": ("不妨从这里开始", "Questions to begin with", "С чего начать"),
    "more": ("……另有 {} 项", "… and {} more", "… и ещё {}"),
    "perhaps": ("您或许想问", "Perhaps you ask", "Возможно, вы спрашиваете"),
    "in_words": (
        "在陈述的文字中查找“{}”",
        "look for “{}” in the words of the statements",
        "искать «{}» в словах утверждений",
    ),
    "all_questions": ("全部 {} 个问题", "All {} questions", "Все вопросы ({})"),
    "data": ("数据与接口", "Data and interfaces", "Данные и интерфейсы"),
    "sparql_about": ("自行查询", "ask freely", "свободные запросы"),
    "api_about": ("每个问题的 REST 接口（OpenAPI）", "each question as a REST call", "каждый вопрос как вызов REST"),
    "ontology_about": ("全部术语及定义", "all terms with their definitions", "все термины с определениями"),
    "void_about": ("数据集说明", "description of the data set", "описание набора данных"),
    "downloads": ("下载数据层", "Download a layer", "Скачать слой"),
    "triples": ("{} 条三元组", "{} triples", "триплетов: {}"),
    "ask": ("查询", "Ask", "Спросить"),
    "required": ("必填", "required", "обязательно"),
    "several": ("可填多个", "several allowed", "можно несколько"),
    "from_to": ("{} 至 {}", "{} to {}", "от {} до {}"),
    "at_least": ("不小于 {}", "{} or more", "не меньше {}"),
    "at_most": ("不大于 {}", "{} or less", "не больше {}"),
    "default": ("默认：{}", "default: {}", "по умолчанию: {}"),
    "example": ("例如：", "for example ", "например: "),
    "any": ("（不限）", "(any)", "(любой)"),
    "wrong": ("此问未能回答", "This could not be answered", "На это ответить нельзя"),
    "answer": ("答案", "Answer", "Ответ"),
    "first_fill": (
        "请先填写必填条件，或选用示例。",
        "Fill in what is required, or take the example.",
        "Заполните обязательное поле или возьмите пример.",
    ),
    "answer_as": ("答案的其他形式：", "The same answer as: ", "Тот же ответ как: "),
    "call": ("接口调用：", "As a REST call: ", "Вызов REST: "),
    "query_text": ("查询文本 (SPARQL)", "its SPARQL", "его SPARQL"),
    "flags": ("标注", "Flags", "Пометы"),
    "columns": ("各栏含义", "What the columns mean", "Что значат столбцы"),
    "bibliography": ("参考文献 (BibTeX)", "Bibliography (BibTeX)", "Библиография (BibTeX)"),
    "citation": ("引注", "Citation", "Ссылка"),
    "tags": ("标签", "Tags", "Метки"),
    "is_a": ("类别", "What it is", "Что это"),
    "names": ("其他名称", "Other names", "Другие имена"),
    "basis": ("依据：", "Basis: ", "Основание: "),
    "source": ("出处：", "Place in the paper: ", "Место в статье: "),
    "facts": ("事实", "Facts", "Факты"),
    "statements": ("提及它的陈述", "Statements that name it", "Утверждения об этом"),
    "as_role": ("作为“{}”", "as “{}”", "как «{}»"),
    "incoming": ("由他物指向它", "What leads here", "Что ведёт сюда"),
    "incoming_as": ("……{} → 此项", "… {} this", "… {} → это"),
    "asked_of": ("可就此提出的问题（{}）", "Questions about it ({})", "Вопросы об этом ({})"),
    "as_data": ("数据：", "As data: ", "Как данные: "),
    "missing": ("图谱中没有这一项", "This is not in the graph", "Этого нет в графе"),
    "near": ("相近者", "Near to it", "Похожее"),
    "layer_ontology": ("本体所定", "defined by the ontology", "определено онтологией"),
    "layer_things": ("图谱所记标识", "as identified here", "как обозначено здесь"),
    "layer_paper": ("论文所述", "stated in the paper", "сказано в статье"),
    "layer_flags": ("编辑标注", "editorial note", "помета редакции"),
    "layer_inferred": ("由规则推知", "derived by rule", "выведено по правилу"),
    "layer_catalog": ("图谱目录", "from the catalogue", "из каталога"),
    "layer_other": ("参考来源 {}", "reference: {}", "справочный источник: {}"),
    "classes": ("类", "Classes", "Классы"),
    "properties": ("属性", "Properties", "Свойства"),
    "concepts": ("概念", "Concepts", "Понятия"),
    "page": ("论文第 {} 页", "paper, p. {}", "статья, с. {}"),
    "broader": ("上位：", "under ", "входит в: "),
    "domain": ("主语：", "of ", "у: "),
    "range": ("取值：", "gives ", "даёт: "),
    "uses": ("使用情况", "who uses it", "где используется"),
    "asking": ("涉及的问题", "questions that ask for it", "вопросы о нём"),
}
#: What pages call those terms of other vocabularies that readers meet.
_TERMS: dict[str, tuple[str, str, str]] = {
    "prov:wasDerivedFrom": ("源自", "rests on", "основано на"),
    "prov:wasGeneratedBy": ("由此规则推出", "follows by", "выведено по"),
    "skos:exactMatch": ("同一事物于他处", "the same elsewhere", "то же в других источниках"),
    "skos:definition": ("定义", "definition", "определение"),
    "skos:inScheme": ("所属概念表", "in the scheme", "в схеме"),
    "skos:altLabel": ("别名", "further name", "другое имя"),
    "rdfs:subClassOf": ("上位类", "a kind of", "разновидность"),
    "rdfs:subPropertyOf": ("上位属性", "a kind of", "разновидность"),
    "rdfs:domain": ("主语所属类", "of", "у чего"),
    "rdfs:range": ("取值所属类", "gives", "что даёт"),
    "rdfs:label": ("名称", "name", "имя"),
    "rdf:type": ("类别", "is a", "это"),
    "oa:hasSource": ("所在文献", "in the work", "в работе"),
    "oa:hasSelector": ("文字位置", "position in the text", "место в тексте"),
    "org:memberOf": ("属于组织", "is member of", "состоит в"),
    "dcterms:license": ("许可", "licence", "лицензия"),
    "dcterms:source": ("来源", "source", "источник"),
    "void:triples": ("三元组数", "triples", "триплетов"),
    "void:subset": ("所含数据层", "layers", "слои"),
    "owl:versionInfo": ("版本", "version", "версия"),
    "owl:disjointWith": ("不相交于", "never also", "несовместимо с"),
}
_PLACE = {"zh": 0, "en": 1, "ru": 2}


def say(language: str, key: str, *values: object) -> str:
    """A text in a language, its {} filled with values.

    >>> say("zh", "triples", 3)
    '3 条三元组'
    """
    return _WORDS[key][_PLACE[language]].format(*values)


def term(language: str, short: str) -> str:
    """What a term of another vocabulary is called in a language; "" for one that has no such name here.

    >>> term("en", "prov:wasDerivedFrom")
    'rests on'
    """
    return _TERMS[short][_PLACE[language]] if short in _TERMS else ""
