"""Find passwords next to a user name: in pairs, in the arguments of calls and in those of commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from re import Pattern

from codestral_ls.backends.masking.occurrences import begins, letter_at, line_begin, occurring, places, vocabulary

_VALUE = r"[^\s\"'`,;|<>(){}\[\]$]{3,}"
_QUOTED = r"[\"'](?P<value>[^\"'\n$]*)[\"']"
_END = r"(?=[ \t]*\r?(?:\n|\Z))"
_NUMBERS = re.compile(r"[\d:.,/-]+")


_FLAGS = (" -p", " -P", " -w", " /p", " /rp", " -rp")
"""Command-line flags that many patterns begin with; searched for once per text."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A pattern whose group ``value`` is the secret. It is tried at each of ``signs``, or at the beginning of that line.

    If there are ``words``, the text must contain one of them.
    """

    signs: tuple[str, ...]
    pattern: Pattern[str]
    whole_line: bool
    words: frozenset[bytes]
    flagged: bool


def _line(signs: str, *pattern: str, words: str = "") -> Pair:
    return _pair(signs, "".join(pattern), words, whole_line=True)


def _here(signs: str, *pattern: str, words: str = "") -> Pair:
    return _pair(signs, "".join(pattern), words, whole_line=False)


def _pair(signs: str, pattern: str, words: str, *, whole_line: bool) -> Pair:
    each = tuple(signs.split("¦"))
    flagged = all(sign.startswith(_FLAGS) for sign in each)
    return Pair(each, re.compile(pattern), whole_line, frozenset(words.encode().split()), flagged)


_RECORDS: tuple[Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        # NAME: "user:password"
        r"[ \t]*(?:export[ \t]+)?[A-Z][A-Z0-9_]{3,}[ \t]*[:=][ \t]*[\"']?[\w.@-]{2,40}"
        rf":(?P<value>(?=[^\n]*\d)(?=[^\n]*[A-Za-z])[^\s\"'/:.{{}}$-]{{6,}})[\"']?{_END}",
        # host:port:database:user:password
        rf"[\w.*-]+:(?:\d{{2,5}}|\*):[\w.*-]+:[\w.*@-]+:(?P<value>{_VALUE}){_END}",
        # user:hash, with the 13 letters of the oldest crypt format
        rf"[\w.@-]{{1,40}}:(?P<value>(?=[./\w]*\d)(?=[./\w]*[A-Z])(?=[./\w]*[a-z])[./A-Za-z0-9]{{13}}){_END}",
        # [host]:port user:password
        rf"(?:[\w-]+[ \t]+){{0,5}}\[?[\w-]+\.[\w.-]+\]?(?::\d+)?[ \t]+[\w.@+-]+:(?P<value>{_VALUE}){_END}",
    )
)
"""Lines that end with a colon and a word."""
_LONGEST_CREDENTIAL = 120
"""The characters looked at before an `@`."""
_CREDENTIAL = re.compile(r"(?<![\w@:.-])(?<!//)(?!(?:npm|jsr|workspace):)[\w.+-]{2,32}:(?P<value>[^\s@/:'\"<>{}$()]{3,80})\Z")
"""user:password before an `@` and a host, but not an aliased package (`npm:react@18`)."""
_RECORD_END = re.compile(r":[^\s:]{3,}[ \t]*\r?(?:\n|\Z)")
_ACCOUNT = re.compile(r"[\w.@-]+:(?:\{[\w.-]+\})?(?P<value>[^\s:]{3,}):\d*:\d*:")
"""user:password:number:number:, as in the passwd file."""
_NUMBERS_BETWEEN = re.compile(r":\d*:\d*:")
_FLAGGED_USER = (
    r"\s(?:-{1,2}[uUalDn](?:ser(?:name)?)?|--?(?:login|user|username|account|admin|bind-?dn))[ =]?[\"']?[\w.@\\=,-]+[\"']?"
)
_OTHER_USES = (
    "sudo|mkdir|ssh|sshd|scp|mosh|docker|podman|cp|mv|git|hg|nmap|nc|rsync|tar|make|ps|pgrep|pkill|kill|install|read|declare|typeset|export"
    r"|set|cargo|go|npm|npx|pnpm|yarn|pip\d?|pytest|python[\d.]*|tmux|screen|id|lsof|ls|grep|date|systemctl|journalctl|perl|patch|bash"
    r"|sh|zsh|env|time|netstat|ss|iptables|ufw|kubectl|helm|tee|type|hash|unzip|dpkg|pacman|brew|tsc|node|java|gcc|g\+\+|clang"
)
"""Commands whose `-p` is a port, a path, a project, or a switch."""
_TEXT_TOOLS = (
    r"e?grep|sed|awk|tr|cut|wc|sort|uniq|head|tail|cat|tee|xargs|jq|bc|fold|column|less|more|python[\d.]*|node|nc|while|read"
)
"""Programs whose arguments are texts, not passwords."""
PAIRS: tuple[Pair, ...] = (
    _here("chpasswd:", rf"chpasswd:[^\n]*\n(?:[^\n]*\n){{0,4}}?[ \t]+(?:- )?[\w.-]+:(?P<value>{_VALUE}){_END}", words="chpasswd"),
    # user/password@service
    _here(
        "sqlplus¦CONNECT¦connect ¦sqlldr¦expdp¦impdp¦rman",
        rf"(?i:sqlplus|connect|conn|sqlldr|expdp|impdp|rman)\b[^\n]{{0,40}}?[ \t=][\w$]+/(?P<value>{_VALUE})@",
        words="sqlplus connect conn sqlldr expdp impdp rman",
    ),
    _here(
        "lftp¦ncftp",
        rf"\b(?:lftp|ncftp\w*)\b[^\n]{{0,80}}?\s-u\s*[\w.@-]+,(?P<value>{_VALUE})",
        words="lftp ncftp ncftpput ncftpget",
    ),
    # a user's flag and a password's on one command line
    _line(" -p¦ -P¦ -w", rf"[^\n]{{0,200}}?{_FLAGGED_USER}(?:[ \t]+[^\s]+){{0,8}}?[ \t]-[pPw][ \t]+[\"']?(?P<value>{_VALUE})"),
    _line(" -p¦ -P¦ -w", rf"[^\n]{{0,200}}?[ \t]-[pPw][ \t]+[\"']?(?P<value>{_VALUE})[\"']?[^\n]{{0,80}}?{_FLAGGED_USER}"),
    _line(
        " -p¦ -P¦ -w",
        rf"[^\n]{{0,200}}?{_FLAGGED_USER}(?:[ \t]+[^\s]+){{0,8}}?[ \t]-[pPw](?P<value>(?!\d{{1,5}}\b|ass(?:word)?\b){_VALUE})",
    ),
    _line("@tcp(¦@unix(", rf"[^\n]{{0,200}}?[\"'][\w.-]{{2,40}}:(?P<value>{_VALUE})@(?:tcp|unix)\(", words="tcp unix"),
    _here("net use ", r"net use\b[^\n]{0,120}?\s(?P<value>(?![/\\*])[^\s\"']{3,})\s+/user:", words="net"),
    _line("/p:", rf"[^\n]{{0,300}}?/u:\S+[^\n]{{0,80}}?\s/p:[\"']?(?P<value>{_VALUE})"),
    # encryption with a password
    _here(
        "zip ¦7z ¦rar ¦openssl ¦security ",
        r"(?:zip\b[^\n]{0,80}?\s-P\s*|(?:7z\w*|rar|unrar)\b[^\n]{0,80}?\s-h?p|openssl\b[^\n]{0,120}?\s-k\s+",
        rf"|security\b[^\n]{{0,120}}?\s-w\s+)[\"']?(?P<value>{_VALUE})",
        words="zip z rar unzip unrar openssl security",
    ),
    # input piped to a program that reads a password
    _here(
        "echo¦printf",
        rf"(?:echo|printf)\s+(?:-\w+\s+)?(?:['\"]%s(?:\\n)?['\"]\s+)?[\"']?(?P<value>{_VALUE})[\"']?\s*\|(?!\|)\s*(?:sudo\s+)?",
        rf"(?!(?:{_TEXT_TOOLS})\b)[\w./-]",
        words="echo printf",
    ),
    _line(
        "<<<",
        rf"[^\n]{{0,120}}?\b(?:sudo\s+-S|passwd|su|kinit|cryptsetup|[\w-]*login)\b[^\n|;]{{0,60}}<<<\s*[\"']?(?P<value>{_VALUE})",
        words="passwd su kinit cryptsetup login sudo",
    ),
    # "user" * "password" *
    _line(" * ¦\t*\t", rf"[\"']?[\w.@-]+[\"']?[ \t]+\*[ \t]+[\"']?(?P<value>{_VALUE})[\"']?[ \t]+\*{_END}"),
    _here(
        " PSK ¦ EAP ¦ XAUTH ¦ NTLM ", r"[ \t]+(?:PSK|EAP|XAUTH|NTLM)[ \t]+\"(?P<value>[^\"\n]{3,})\"", words="psk eap xauth ntlm"
    ),
    _here("WIFI:", r"WIFI:[^\n]{0,120}?\bP:(?P<value>(?:\\.|[^;\\\n]){3,});", words="wifi"),
    _here(
        "community",
        rf"community[ \t]+(?P<value>{_VALUE})(?=[ \t]+(?:RO|RW|ro|rw|view|default)\b|[ \t]+[\d.]+/)",
        words="community",
    ),
    # access-control lists of Redis: user name on >password
    _line("user ", r"[ \t]*user[ \t]+\S+[^\n]{0,80}?[ \t]>(?P<value>\S{3,})", words="user"),
    _line(
        "masterauth¦requirepass",
        rf"[ \t]*(?:masterauth|requirepass)[ \t]+[\"']?(?P<value>{_VALUE})",
        words="masterauth requirepass",
    ),
    _line("env[", rf"[ \t]*env\[\w*(?i:pass|pwd|secret)\w*\][ \t]*=[ \t]*[\"']?(?P<value>{_VALUE})", words="env"),
    _here("${", rf"\$\{{[\w.]*(?i:pass|pwd|secret|token|key)[\w.]*(?::?[-=]|:)(?P<value>{_VALUE})\}}"),
    _here(
        "IDENTIFIED BY ",
        rf"IDENTIFIED\s+BY\s+(?!PASSWORD\b|VALUES\b)(?P<value>{_VALUE})(?=\s*[;\n\"'`)]|\s*\Z|\s+\w)",
        words="identified",
    ),
    # a command that creates an account, with a name and a password
    _here(
        "add_user¦add-user¦user_add¦user-add¦user:add¦adduser¦useradd¦create_user¦create-user¦createuser¦change_password"
        "¦change-password¦set_password¦set-password¦setpassword¦reset_password¦reset-password¦ register ¦set password",
        r"[ ]?[\w:-]{4,16}(?: password)?(?:[ \t]+--?[\w-]+(?:=\S+)?)*[ \t]+(?!-)[\w.@/-]+(?:[ \t]+(?!-)[\w.@/-]+)?",
        rf"[ \t]+[\"']?(?P<value>(?![-/]){_VALUE})[\"']?{_END}",
        words="user users adduser useradd createuser password register setpassword",
    ),
    # a well-known user, and the argument after it
    _here(
        "'root'¦\"root\"¦'sa'¦\"sa\"¦'admin'¦\"admin\"¦'postgres'¦\"postgres\"¦'guest'¦\"guest\"",
        r"[\"'][a-z]{2,8}[\"'],\s{0,4}[\"'](?P<value>[^\"'\s$./]{3,})[\"']",
        words="root sa admin postgres guest",
    ),
    # a well-known user as a key
    _here(
        "root¦admin¦postgres¦guest",
        r"(?:root|admin|administrator|postgres|guest)[\"']?\s{0,4}(?::|=>)\s{0,4}[\"'](?P<value>[^\"'\s$./]{3,})[\"']",
        words="root admin administrator postgres guest",
    ),
    # a key and its owner
    _here(
        " key ¦ password ¦ secret ¦ psk ¦ pre-shared-key ",
        rf" [\w-]+[ \t]+(?:[05-9][ \t]+)?(?P<value>{_VALUE})[ \t]+(?:address|host|hostname|peer)[ \t]+[\w.:]+",
        words="address host hostname peer",
    ),
    # user/password@service
    _line("@", rf"[^\n]{{0,120}}?(?<![\w/@.-])(?:system|sys|scott|hr)/(?P<value>{_VALUE})@[\w.]+", words="system sys scott hr"),
    _here("auth-user-pass>", rf"auth-user-pass>\r?\n[^\n]{{1,60}}\n(?P<value>{_VALUE}){_END}", words="auth"),
    # a flag of a command with user:password
    _here(
        " --",
        rf" --(?:auth|user|creds|login|proxy-user|credentials)[ =][\"']?[\w.@\\-]+:(?!//)(?P<value>{_VALUE})",
    ),
    # a flag for a password alone, if the command has no other use for the flag
    _line(
        " -p ¦ -P ¦ /p ",
        rf"[ \t]*(?:[$#>][ \t]+)?(?:sudo[ \t]+)?(?!(?:{_OTHER_USES})\b)(?:[\w.-]*/)*[a-z][\w.-]*(?:[ \t]+[^\s|;&]+){{0,8}}?[ \t]",
        r"(?:-[pP]|/p)[ \t]+[\"']?(?P<value>(?![-.]|\w+\.\w{1,4}\b|[A-Z_]+\b)[^\s\"'`,;|<>(){}\[\]$:/=]{6,})[\"']?(?=\s|\Z)",
    ),
    _line("snmp", rf"[^\n]{{0,80}}?\bsnmp\w+[^\n]{{0,200}}?[ \t]-[AX][ \t]+[\"']?(?P<value>{_VALUE})"),
    _line(" /rp¦ /p¦ -rp", rf"[^\n]{{0,200}}?\s[-/]r?u(?:ser)?[ :]\S+[^\n]{{0,80}}?\s[-/]r?p[ :][\"']?(?P<value>{_VALUE})"),
    # a command of a protocol: AUTH password, LOGIN user password
    _line(
        "AUTH ¦PASS ¦LOGIN ",
        rf"[ \t]*(?:AUTH|PASS|(?:\w+ )?LOGIN)[ \t]+(?:[\w.@-]+[ \t]+)?[\"']?(?P<value>{_VALUE})[\"']?{_END}",
        words="auth pass login",
    ),
    # -Xu user … -Xp password
    _here(" -", rf" -(\w{{1,3}})u(?:ser)?[ =]\S+[^\n]{{0,60}}?\s-\1p(?:ass(?:word)?)?[ =][\"']?(?P<value>{_VALUE})"),
    # a flag with user:password or user%password
    _here(" -", rf" -{{1,2}}[uUaAlxw](?:ser|uth)?[ =]?[\"']?[\w.@/\\-]+(?::(?![/\d])|%)(?P<value>{_VALUE})(?=[\"'\s]|\Z)"),
    # two or three quoted words alone on a line
    _line('" "', rf"[ \t]*\"[\w.@-]{{1,40}}\"(?:[ \t]+\"[^\s\"]{{1,40}}\")?[ \t]+\"(?P<value>[^\s\"$]{{3,}})\"{_END}"),
    _here("redential ", rf"redential(?:[ \t]+(?!-)[\w.@:/-]+){{1,2}}[ \t]+(?P<value>(?!-){_VALUE}){_END}"),
    # user NAME using PASSWORD
    _here("user ", rf"user[ \t]+[\w.@-]+[ \t]+(?:using|identified by|with password|password|pass)[ \t]+[\"']?(?P<value>{_VALUE})"),
    # the address of a peer and the secret shared with it
    _line(
        " key ¦ password ¦ secret ¦ md5 ¦ authentication ",
        r"[ \t]*[\w -]{3,40}[ \t]\d{1,3}(?:\.\d{1,3}){3}[\w. /-]{0,40}[ \t](?:key|password|secret|md5|authentication)",
        rf"(?:[ \t]+(?:\d|md5|plaintext|encrypted))?[ \t]+[\"']?(?P<value>{_VALUE})[\"']?{_END}",
        words="key password secret md authentication",
    ),
    # an address, a user and a password as arguments of a command
    _line("://", rf"[^\n]{{0,200}}?\w://[\w.:/-]+[ \t]+[\w.@-]{{3,40}}[ \t]+(?P<value>(?!-){_VALUE}){_END}"),
    # a section of users
    _line(
        "[admin¦[user¦[auth]¦[credential¦[password¦[account¦[secret",
        rf"\[\w+\][ \t]*\r?\n[\w.@-]{{1,40}}[ \t]*[=:][ \t]*[\"']?(?P<value>{_VALUE})[\"']?{_END}",
        words="admin admins user users auth credential credentials password passwords account accounts secret secrets",
    ),
    # user: password,role
    _line("admin:¦root:¦user:", rf"(?:admin|root|user)\w*:[ \t]*(?P<value>{_VALUE}),[a-z][\w, -]*{_END}"),
    # the key of an encrypted database
    _here("PRAGMA ¦pragma ", r"(?i:pragma)\s+(?:\w+\.)?(?:re)?key\s*=\s*[\"'](?P<value>[^\"'\n]{3,})[\"']", words="pragma"),
    # the answer that a script gives to a prompt
    _here(
        'send "¦send -- "¦sendline(', r"send[ln -]{0,6}[ (][\"'](?P<value>[^\s\"'\\$]{4,})(?:\\[rn])+[\"']", words="send sendline"
    ),
)

_BY_WORD: dict[bytes, tuple[int, ...]] = {}
"""For each word, the numbers of the pairs that need it or another word."""
for _number, _pair_with_words in enumerate(PAIRS):
    for _word in _pair_with_words.words:
        _BY_WORD[_word] = (*_BY_WORD.get(_word, ()), _number)
_WORDS = frozenset(_BY_WORD)
_WORDLESS = tuple(number for number, pair in enumerate(PAIRS) if not pair.words)

_PAIR_SIGNS = ("auth", "login", "user", "account", "connectinfo", "cred", "basic", "btoa", "digest")
_PAIR_AFTER = re.compile(
    r"\w{0,16}[\"']?[ \t]{0,4}(?:[ =,(]|:(?=[ \"']))[ \t]{0,4}[\"']?(?![\w.+-]{1,20}://)[\w.@+-]{2,64}"
    rf":(?P<value>(?!:)(?!\d{{1,5}}\b)[^\s\"'`,;|<>(){{}}\[\]$/:]{{3,200}})(?=[\"']|{_END})"
)
"""The text after `auth`, `login`, `user`, … if it is a pair: `auth admin:password`, `login=user:password`."""
_CALL_SIGNS = (
    "ftp",
    "smtp",
    "imap",
    "ldap",
    "newinstance",
    "database",
    "login",
    "signin",
    "sign_in",
    "credential",
    "auth",
    "connect",
    "pdo",
    "mysqli",
    "open",
    "bind",
)
_DIRECTIVE = re.compile(
    rf"[ \t]*(?!\w*[aA]uthor)\w*(?:[aA]uth|[lL]ogin|[aA]ccount|[cC]redential|ConnectInfo)\w*[ \t]+[\w.@-]+(?:[ \t]+[\w.-]+)?"
    rf"[ \t]+(?P<value>{_VALUE}){_END}"
)
"""A login directive of a configuration: a user name (and optionally a host or realm), then a password."""
_WEAK_CALLS = ("wifi", "wlan", "connect", "open", "bind", "ftp", "newinstance", "database")
"""Calls that often have other arguments, so two arguments are not enough."""
_CALL_AFTER = re.compile(r"\w{0,16}(?:\.\w{1,12})?[ \t]{0,2}=?[ \t]{0,2}[( ][ \t]{0,2}(?P<arguments>[^\n;{}]{4,300})")
_ARGUMENT = re.compile(rf"(?:^|,)[ \t]*(?:(?P<other>[\w$.:>@\[\]-]+)|(?:Some\()?{_QUOTED}\)?)[ \t]*(?=,|\)|$)")
_USERS = frozenset({"root", "sa", "admin", "administrator", "postgres", "guest", "scott", "system"})
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
_LOOK = re.compile(r"[A-Za-z].*[\d!@#%^&*+$]|[\d!@#%^&*+$].*[A-Za-z]")
_NO_SECRET = re.compile(r"(?i)[$%<{*x.]+|masked_|your|example|password|passwd|secret|token|null|none|true|false|changeme\b")


def find(text: str, lowered: str, known: frozenset[bytes]) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of passwords next to a user name. ``lowered`` is the text in lower case, ``known`` its words."""
    flags = any(sign in text for sign in _FLAGS)
    spoken = vocabulary(known)
    for number in _WORDLESS + tuple({number for word in known & _WORDS for number in _BY_WORD[word]}):
        pair = PAIRS[number]
        if pair.flagged and not flags:
            continue
        for match in _tried(text, pair, spoken):
            if _is_secret(match["value"]):
                yield match.span("value")
    yield from _records(text)
    for place in begins(text, "@"):
        start = max(0, place - _LONGEST_CREDENTIAL)
        before = _CREDENTIAL.search(text, start, place) if ":" in text[start:place] else None
        if (
            before
            and _is_secret(before["value"])
            and letter_at(text, place + 1).isalnum()
            and not text.startswith("sha256:", place + 1)
        ):
            yield before.span("value")
    signs = {place for place, _ in places(lowered, occurring(_PAIR_SIGNS, spoken))}
    for place in signs:
        after = _PAIR_AFTER.match(text, place)
        if after and _is_secret(after["value"]):
            yield after.span("value")
    for line in {line_begin(text, place) for place in signs}:
        directive = _DIRECTIVE.match(text, line)
        if directive and _is_secret(directive["value"]) and _LOOK.search(directive["value"]):
            yield directive.span("value")
    for place, sign in places(lowered, occurring(_CALL_SIGNS, spoken)):
        call = _CALL_AFTER.match(text, place)
        if call and ('"' in call["arguments"] or "'" in call["arguments"]):
            yield from _arguments(call, sign)


def _tried(text: str, pair: Pair, spoken: str) -> Iterator[re.Match[str]]:
    for sign in occurring(pair.signs, spoken):
        for start in dict.fromkeys(line_begin(text, place) if pair.whole_line else place for place in begins(text, sign)):
            if match := pair.pattern.match(text, start):
                yield match


def _records(text: str) -> Iterator[tuple[int, int]]:
    """Yield values at the end of a line after a colon, and second fields of colon-separated lines."""
    for end in _RECORD_END.finditer(text):
        line = line_begin(text, end.start())
        for pattern in _RECORDS:
            match = pattern.match(text, line)
            if match and _is_secret(match["value"]):
                yield match.span("value")
    for between in _NUMBERS_BETWEEN.finditer(text):
        match = _ACCOUNT.match(text, line_begin(text, between.start()))
        if match and _is_secret(match["value"]):
            yield match.span("value")


def _arguments(call: re.Match[str], sign: str) -> Iterator[tuple[int, int]]:
    """Yield the quoted arguments that can be a password: not the first, and password-like unless the call is a login."""
    at = call.start("arguments")
    values = [
        (number, at + argument.start("value"), at + argument.end("value"), argument["value"])
        for number, argument in enumerate(_ARGUMENT.finditer(call["arguments"]))
        if argument["value"] is not None
    ]
    strong = sign not in _WEAK_CALLS
    many = len(values) > 1 and values[-1][0] >= 2
    beside_user = False
    for number, start, end, value in values:
        is_users, beside_user = beside_user, value in _USERS or _ADDRESS.fullmatch(value) is not None
        if number == 0 or len(value) < 3 or any(sign in value for sign in " /.") or not _is_secret(value):
            continue
        if is_users or many or _LOOK.search(value) or (strong and number == values[-1][0]):
            yield start, end


def _is_secret(value: str) -> bool:
    """Whether a value is not a number, variable, placeholder or stand-in."""
    return not (_NUMBERS.fullmatch(value) or _NO_SECRET.match(value))
