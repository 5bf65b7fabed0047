"""Words that follow a name in sentences and in lists of options, where they are not its value."""

from __future__ import annotations

import re

_PROSE = re.compile(
    r"(?i)(?:is|the|for|and|or|not|to|of|in|on|at|by|with|from|as|an?|no|field|change[ds]?|hash(?:ed|es|ing)?|manage[rd]"
    r"|polic(?:y|ies)|prompt|protect\w*|strength|confirm(?:ation|ed)?|must|check(?:s|er|ed)?|inputs?|login|expire[ds]?"
    r"|incorrect|mismatch|reset|required|wrong|invalid|file|store|less|ed|es|ing|only|here|below|above|again|first"
    r"|requirements|generator|recovery|entry|data|types?|name|value|managers?|through|on|over|using|when|will|can|could|should"
    r"|may|was|were|are|been|has|have|had|does|did|you|your|his|her|its|their|our|this|that|these|those|which|who|what|where"
    r"|if|then|else|before|after|until|unless|because|so|but|than|per|via|into|onto|without|within|between|during|since"
    r"|support\w*|authenticat\w*|authoriz\w*|verif\w*|encrypt\w*|decrypt\w*|generat\w*|requir\w*|provid\w*|contain\w*|option\w*"
    r"|argument\w*|setting\w*|parameter\w*|header\w*|attribute\w*|object\w*|request\w*|response\w*|server\w*|client\w*"
    r"|access|account|algorithm|based|called|cannot|contents?|creat\w*|delet\w*|updat\w*|empty|enter\w*|error\w*|fail\w*|found|generic"
    r"|given|handl\w*|instead|key|length|line|list|match\w*|method|missing|mode|must|need\w*|never|none|now|null|number|also|always"
    r"|are|pass\w*|present|rather|read|return\w*|sent|set|should|show\w*|some|stor\w*|string|strings|tokens?|true|false|used?|user\w*"
    r"|today|tomorrow|tonight|valid\w*|values?|variable\w*|whether|write|written|yes)"
    r"[.,:;!?)]*"
)


def is_prose(word: str) -> bool:
    """Whether ``word`` is one of these words."""
    return _PROSE.fullmatch(word) is not None
