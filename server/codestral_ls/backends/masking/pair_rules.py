"""What reveals a password next to a user name: commands, settings, calls and notes, a pattern for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from re import Pattern

VALUE = r"[^\s\"'`,;|<>(){}\[\]$]{3,500}"
END = r"(?=[ \t]*\r?(?:\n|\Z))"


@dataclass(frozen=True, slots=True)
class Pair:
    """A pattern whose group ``value`` is the secret. It is tried at each of ``signs``, or at the beginning of that line.

    If there are ``words``, the text must contain one of them as a whole word.
    """

    signs: tuple[str, ...]
    pattern: Pattern[str]
    whole_line: bool
    words: frozenset[bytes]


def _line(signs: str, *pattern: str, words: str = "") -> Pair:
    return _pair(signs, "".join(pattern), words, whole_line=True)


def _here(signs: str, *pattern: str, words: str = "") -> Pair:
    return _pair(signs, "".join(pattern), words, whole_line=False)


def _pair(signs: str, pattern: str, words: str, *, whole_line: bool) -> Pair:
    return Pair(tuple(signs.split("¦")), re.compile(pattern), whole_line, frozenset(words.encode().split()))


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
_NOTED_USERS = "admin administrator root postgres guest sa"
_NOTED = rf"[ \t]/[ \t][`\"']?(?P<value>{VALUE})[`\"']?(?=[),.;]?[ \t]*\r?(?:\n|\Z))"
PAIRS: tuple[Pair, ...] = (
    _here("chpasswd:", rf"chpasswd:[^\n]*\n(?:[^\n]*\n){{0,4}}?[ \t]+(?:- )?[\w.-]+:(?P<value>{VALUE}){END}", words="chpasswd"),
    # user/password@service
    _here(
        "sqlplus¦CONNECT¦connect ¦sqlldr¦expdp¦impdp¦rman",
        rf"(?i:sqlplus|connect|conn|sqlldr|expdp|impdp|rman)\b[^\n]{{0,40}}?[ \t=][\w$]+/(?P<value>{VALUE})@",
        words="sqlplus connect conn sqlldr expdp impdp rman",
    ),
    _here(
        "lftp¦ncftp",
        rf"\b(?:lftp|ncftp\w{{0,40}})\b[^\n]{{0,80}}?\s-u\s*[\w.@-]+,(?P<value>{VALUE})",
        words="lftp ncftp ncftpput ncftpget",
    ),
    # a user's flag and a password's on one command line
    _line(
        " -p¦ -P¦ -w",
        rf"[^\n]{{0,200}}?{_FLAGGED_USER}(?:[ \t]+[^\s]+){{0,8}}?[ \t]-[pPw][ \t]+[\"']?(?P<value>{VALUE})",
        words="p w",
    ),
    _line(
        " -p¦ -P¦ -w",
        rf"[^\n]{{0,200}}?[ \t]-[pPw][ \t]+[\"']?(?P<value>{VALUE})[\"']?[^\n]{{0,80}}?{_FLAGGED_USER}",
        words="p w",
    ),
    _line(
        " -p¦ -P¦ -w",
        rf"[^\n]{{0,200}}?{_FLAGGED_USER}(?:[ \t]+[^\s]+){{0,8}}?",
        rf"[ \t]-[pPw](?P<value>(?!\d{{1,5}}\b|ass(?:word)?\b|[a-z]+[ \t=]+[^-\s]){VALUE})",
    ),
    _line("@tcp(¦@unix(", rf"[^\n]{{0,200}}?[\"'][\w.-]{{2,40}}:(?P<value>{VALUE})@(?:tcp|unix)\(", words="tcp unix"),
    _here("net use ", r"net use\b[^\n]{0,120}?\s(?P<value>(?![/\\*])[^\s\"']{3,500})\s+/user:", words="net"),
    _line("/p:", rf"[^\n]{{0,300}}?/u:\S+[^\n]{{0,80}}?\s/p:[\"']?(?P<value>{VALUE})", words="p"),
    # encryption with a password
    _here(
        "zip ¦7z ¦rar ¦openssl ¦security ",
        r"(?:zip\b[^\n]{0,80}?\s-P\s*|(?:7z\w{0,40}|rar|unrar)\b[^\n]{0,80}?\s-h?p|openssl\b[^\n]{0,120}?\s-k\s+",
        rf"|security\b[^\n]{{0,120}}?\s-w\s+)[\"']?(?P<value>{VALUE})",
        words="zip z rar unzip unrar openssl security",
    ),
    # input piped to a program that reads a password
    _here(
        "echo¦printf",
        rf"(?:echo|printf)\s+(?:-\w+\s+)?(?:['\"]%s(?:\\n)?['\"]\s+)?[\"']?(?P<value>{VALUE})[\"']?\s*\|(?!\|)\s*(?:sudo\s+)?",
        rf"(?!(?:{_TEXT_TOOLS})\b)[\w./-]",
        words="echo printf",
    ),
    _line(
        "<<<",
        rf"[^\n]{{0,120}}?\b(?:sudo\s+-S|passwd|su|kinit|cryptsetup|[\w-]*login)\b[^\n|;]{{0,60}}<<<\s*[\"']?(?P<value>{VALUE})",
        words="passwd su kinit cryptsetup login sudo",
    ),
    _here(
        " PSK ¦ EAP ¦ XAUTH ¦ NTLM ", r"[ \t]+(?:PSK|EAP|XAUTH|NTLM)[ \t]+\"(?P<value>[^\"\n]{3,500})\"", words="psk eap xauth ntlm"
    ),
    _here("WIFI:", r"WIFI:[^\n]{0,120}?\bP:(?P<value>(?:\\.|[^;\\\n]){3,});", words="wifi"),
    _here(
        "community",
        rf"community[ \t]+(?P<value>{VALUE})(?=[ \t]+(?:RO|RW|ro|rw|view|default)\b|[ \t]+[\d.]+/)",
        words="community rocommunity rwcommunity",
    ),
    # access-control lists of Redis: user name on >password
    _line("user ", r"[ \t]*user[ \t]+\S+[^\n]{0,80}?[ \t]>(?P<value>\S{3,500})", words="user"),
    _line(
        "masterauth¦requirepass",
        rf"[ \t]*(?:masterauth|requirepass)[ \t]+[\"']?(?P<value>{VALUE})",
        words="masterauth requirepass",
    ),
    _line("env[", rf"[ \t]*env\[\w*(?i:pass|pwd|secret)\w*\][ \t]*=[ \t]*[\"']?(?P<value>{VALUE})", words="env"),
    _here("${", rf"\$\{{[\w.]{{0,40}}(?i:pass|pwd|secret|token|key)[\w.]{{0,40}}+(?::?[-=]|:)(?P<value>{VALUE})\}}"),
    _here(
        "IDENTIFIED BY ",
        rf"IDENTIFIED\s+BY\s+(?!PASSWORD\b|VALUES\b)(?P<value>{VALUE})(?=\s*[;\n\"'`)]|\s*\Z|\s+\w)",
        words="identified",
    ),
    # a command that creates an account, with a name and a password
    _here(
        "add_user¦add-user¦user_add¦user-add¦user:add¦adduser¦useradd¦create_user¦create-user¦createuser¦change_password"
        "¦change-password¦set_password¦set-password¦setpassword¦reset_password¦reset-password¦ register ¦set password",
        r"[ ]?[\w:-]{4,16}(?: password)?(?:[ \t]+--?[\w-]{1,40}+(?:=\S{1,200}+)?){0,8}[ \t]+(?!-)[\w.@/-]+",
        rf"(?:[ \t]+(?!-)[\w.@/-]+)?[ \t]+[\"']?(?P<value>(?![-/]){VALUE})[\"']?{END}",
        words="user users adduser useradd createuser password register setpassword",
    ),
    # a well-known user, then the password as an argument
    _here(
        "'root'¦\"root\"¦'sa'¦\"sa\"¦'admin'¦\"admin\"¦'postgres'¦\"postgres\"¦'guest'¦\"guest\"",
        r"[\"'][a-z]{2,8}[\"'],\s{0,4}[\"'](?P<value>[^\"'\s$./]{3,500})[\"']",
        words="root sa admin postgres guest",
    ),
    # a well-known user as a key, then the password
    _here(
        "root¦admin¦postgres¦guest",
        r"(?:root|admin|administrator|postgres|guest)[\"']?\s{0,4}(?::|=>)\s{0,4}[\"'](?P<value>[^\"'\s$./]{3,500})[\"']",
        words="root admin administrator postgres guest",
    ),
    # a key, and who owns it
    _here(
        " key ¦ password ¦ secret ¦ psk ¦ pre-shared-key ",
        rf" [\w-]+[ \t]+(?:[05-9][ \t]+)?(?P<value>{VALUE})[ \t]+(?:address|host|hostname|peer)[ \t]+[\w.:]+",
        words="address host hostname peer",
    ),
    # user/password@service
    _line("@", rf"[^\n]{{0,120}}?(?<![\w/@.-])(?:system|sys|scott|hr)/(?P<value>{VALUE})@[\w.]+", words="system sys scott hr"),
    _here("auth-user-pass>", rf"auth-user-pass>\r?\n[^\n]{{1,60}}\n(?P<value>{VALUE}){END}", words="auth"),
    # a flag of a command with user:password
    _here(
        " --",
        rf" --(?:auth|user|creds|login|proxy-user|credentials)[ =][\"']?[\w.@\\-]+:(?!//)(?P<value>{VALUE})",
        words="auth user creds login credentials",
    ),
    # a flag for a password only, if the command does not use that flag for anything else
    _line(
        " -p ¦ -P ¦ /p ",
        rf"[ \t]*(?:[$#>][ \t]+)?(?:sudo[ \t]+)?(?!(?:{_OTHER_USES})\b)(?:[\w.-]*/)*[a-z][\w.-]*(?:[ \t]+[^\s|;&]+){{0,8}}?[ \t]",
        r"(?:-[pP]|/p)[ \t]+[\"']?(?P<value>(?![-.]|\w+\.\w{1,4}\b|[A-Z_]+\b)[^\s\"'`,;|<>(){}\[\]$:/=]{6,500})[\"']?(?=\s|\Z)",
        words="p",
    ),
    _line("snmp", rf"[^\n]{{0,80}}?\bsnmp\w{{1,40}}[^\n]{{0,200}}?[ \t]-[AX][ \t]+[\"']?(?P<value>{VALUE})"),
    _line(
        " /rp¦ /p¦ -rp",
        rf"[^\n]{{0,200}}?\s[-/]r?u(?:ser)?[ :]\S+[^\n]{{0,80}}?\s[-/]r?p[ :][\"']?(?P<value>{VALUE})",
        words="p rp",
    ),
    # a command of a protocol: AUTH password, LOGIN user password
    _line(
        "AUTH ¦PASS ¦LOGIN ",
        rf"[ \t]*(?:AUTH|PASS|(?:\w+ )?LOGIN)[ \t]+(?:[\w.@-]+[ \t]+)?[\"']?(?P<value>{VALUE})[\"']?{END}",
        words="auth pass login",
    ),
    # -Xu user … -Xp password
    _here(" -", rf" -(\w{{1,3}})u(?:ser)?[ =]\S+[^\n]{{0,60}}?\s-\1p(?:ass(?:word)?)?[ =][\"']?(?P<value>{VALUE})"),
    # a flag with user:password or user%password
    _here(" -", rf" -{{1,2}}[uUaAlxw](?:ser|uth)?[ =]?[\"']?[\w.@/\\-]+(?::(?![/\d])|%)(?P<value>{VALUE})(?=[\"'\s]|\Z)"),
    # two or three quoted words alone on a line
    _line('" "', rf"[ \t]*\"[\w.@-]{{1,40}}\"(?:[ \t]+\"[^\s\"]{{1,40}}\")?[ \t]+\"(?P<value>[^\s\"$]{{3,500}})\"{END}"),
    _here("redential ", rf"redential(?:[ \t]+(?!-)[\w.@:/-]+){{1,2}}[ \t]+(?P<value>(?!-){VALUE}){END}"),
    # user NAME using PASSWORD
    _here(
        "user ",
        rf"user[ \t]+[\w.@-]+[ \t]+(?:using|identified by|with password|password|pass)[ \t]+[\"']?(?P<value>{VALUE})",
        words="using identified password pass",
    ),
    # the address of a peer and the secret shared with it
    _line(
        " key ¦ password ¦ secret ¦ md5 ¦ authentication ",
        r"[ \t]*[\w -]{3,40}[ \t]\d{1,3}(?:\.\d{1,3}){3}[\w. /-]{0,40}[ \t](?:key|password|secret|md5|authentication)",
        rf"(?:[ \t]+(?:\d|md5|plaintext|encrypted))?[ \t]+[\"']?(?P<value>{VALUE})[\"']?{END}",
        words="key password secret md authentication",
    ),
    # an address, a user and a password as arguments of a command
    _line("://", rf"[^\n]{{0,200}}?\w://[\w.:/-]+[ \t]+[\w.@-]{{3,40}}[ \t]+(?P<value>(?!-){VALUE}){END}"),
    # a section of users
    _line(
        "[admin¦[user¦[auth]¦[credential¦[password¦[account¦[secret",
        rf"\[\w+\][ \t]*\r?\n[\w.@-]{{1,40}}[ \t]*[=:][ \t]*[\"']?(?P<value>{VALUE})[\"']?{END}",
        words="admin admins user users auth credential credentials password passwords account accounts secret secrets",
    ),
    # user: password,role
    _line("admin:¦root:¦user:", rf"(?:admin|root|user)\w*:[ \t]*(?P<value>{VALUE}),[a-z][\w, -]*{END}"),
    # the key of an encrypted database
    _here("PRAGMA ¦pragma ", r"(?i:pragma)\s+(?:\w+\.)?(?:re)?key\s*=\s*[\"'](?P<value>[^\"'\n]{3,500})[\"']", words="pragma"),
    # a data source, its user and a password in a row
    _here(
        "DBI:¦dbi:¦://",
        r"(?:[dD][bB][iI]:|://)[^\"'\n]{1,120}[\"']\s{0,20},\s{0,20}[\"'][\w.@=-]{1,60}[\"']\s{0,20},\s{0,20}"
        r"[\"'](?P<value>[^\"'\s$./]{3,500})[\"']",
    ),
    # database;host;…;user;password
    _here(
        "mysql;¦mysqls;¦mysql,¦postgresql;¦postgres;¦clickhouse;¦mariadb;",
        r"\w+(?P<sign>[;,])[\w.-]+(?:(?P=sign)[\w.-]+){2,3}(?P=sign)(?P<value>[^\s\"';,$]{3,500})(?=[\"'\s]|\Z)",
        words="mysql mysqls postgresql postgres clickhouse mariadb",
    ),
    # name@host number user password role
    _line(
        "@",
        rf"[A-Z]+[ \t]+[\w.-]+@[\w.:-]+[ \t]+\d+[ \t]+[\w.-]+[ \t]+[\"']?(?P<value>{VALUE})[\"']?",
        r"[ \t]+(?:primary|secondary|master|slave)\b",
        words="primary secondary master slave",
    ),
    # the answers of a modem's or terminal's script: ogin: user word: password
    _here("word:", rf"word:[:-]*[\"']?\s+send\s+[\"']?(?P<value>{VALUE})", words="send"),
    _here("ogin:", rf"ogin:\S*[\"']?[ \t]+\S+[ \t]+\S*word:\S*[ \t]+[\"']?(?P<value>{VALUE})", words="word sword ssword assword"),
    # the name of a wireless network and its key
    _here(
        "WiFi¦wifi.¦wlan.¦WLAN.¦sta_if.¦ap_if.¦Blynk.",
        r"\w{1,20}\.(?:begin\w*|connect|softAP|addAP)\((?:[\w.]+,\s*)?[\"'][^\"'\n]{1,40}[\"'],\s*[\"'](?P<value>[^\"'\s$]{4,500})[\"']",
        words="wifi wifimulti wlan sta ap blynk",
    ),
    _here("WifiKey¦wifikey¦wifi_key¦wpa_key¦wlan_key", r"\w{7,8}\d?[,=: ]\s*[\"']?(?P<value>[^\s\"'&;,$(){}]{4,500})"),
    # protocols of networks, each with an algorithm before its key
    _here(
        "message-digest-key ¦ auth ¦ priv ",
        r"[ ]?[\w-]+(?:[ \t]+\d+)?[ \t]+(?:md5|sha[\d-]*|3?des|aes(?:[ -]?\d+)?|hmac-\S+)[ \t]+(?:[05-9][ \t]+)?",
        rf"(?P<value>{VALUE})",
        words="md sha des aes hmac",
    ),
    # user / password in notes
    _line(" / ", rf"[^\n]{{0,200}}?\b(?:admin|administrator|root|postgres|guest|sa){_NOTED}", words=_NOTED_USERS),
    _line("@", rf"(?=[^\n]* / )[^\n]{{0,200}}?[\w.+-]+@[\w-]+\.[\w.]+{_NOTED}"),
    # a session of ftp
    _here("ftp ", rf"ftp [^\n]*\n(?:[^\n]*\n){{0,3}}?[ \t]*user[ \t]+\S+[ \t]+(?P<value>{VALUE}){END}", words="ftp"),
    # keys that a script types
    _line(
        "{ENTER}¦{Enter}¦{enter}",
        r"[^\n]{0,80}?[sS]end\w{0,40}[ (,]{1,3}[\"'](?P<value>[^\s\"'{}$]{4,500})\{(?i:enter)\}",
        words="enter",
    ),
    # the answer that a script gives to a prompt
    _here(
        'send "¦send -- "¦sendline(',
        r"send[ln -]{0,6}[ (][\"'](?P<value>[^\s\"'\\$]{4,500})(?:\\[rn])+[\"']",
        words="send sendline",
    ),
)

STARRED: tuple[Pattern[str], ...] = (
    # "user" * "password" *
    re.compile(rf"(?=[^\n]*(?: \* |\t\*\t))[\"']?[\w.@-]+[\"']?[ \t]+\*[ \t]+[\"']?(?P<value>{VALUE})[\"']?[ \t]+\*{END}"),
    # user server password *, as in PPP's file of secrets
    re.compile(
        r"[\"']?[\w.@\\-]+[\"']?[ \t]+[\"']?(?:\*|[A-Z][\w-]*|[\w-]*(?:d|vpn|tp))[\"']?[ \t]+"
        rf"[\"']?(?P<value>{VALUE})[\"']?[ \t]+\*{END}"
    ),
)
"""Patterns for whole lines that end with a star."""

BY_WORD: dict[bytes, tuple[int, ...]] = {}
"""For each word, the numbers of the pairs that need it or another word."""
WORDLESS: dict[str, tuple[Pair, ...]] = {}
"""For each sign of pairs that need no word, these pairs."""
for _number, _pair_in_table in enumerate(PAIRS):
    for _word in _pair_in_table.words:
        BY_WORD[_word] = (*BY_WORD.get(_word, ()), _number)
    for _sign in () if _pair_in_table.words else _pair_in_table.signs:
        WORDLESS[_sign] = (*WORDLESS.get(_sign, ()), _pair_in_table)
WORDS = frozenset(BY_WORD)
