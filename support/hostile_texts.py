"""Texts that are made to keep a program busy: patterns that search them, parsers and queries."""

from __future__ import annotations

HOSTILE_TEXTS = [
    *(
        "pass" * 2_000,
        "password='" * 700,
        'token = "' * 800,
        "://a" * 2_000,
        "://a:b" * 1_400,
        "curl -u " * 1_000,
        "mysql " * 1_200,
    ),
    *(
        "+" * 6_500 + "\n-----END PRIVATE KEY",
        "/+" * 3_000 + " PRIVATE KEY",
        '"' * 6_000 + "\n-----END RSA PRIVATE KEY",
        "A1" * 3_200,
    ),
    *(
        "a1.b2:" * 1_100,
        "1." * 3_000 + "aB3dE5gH7jK9mN1pQ",
        "pass>" + "\n" * 6_000,
        "<password " * 700,
        "Private-Lines: 9\n" + "a" * 6_000,
    ),
    *("-----BEGIN PRIVATE KEY-----" * 240, "eyJ" + "a" * 6_000, "eyJaaaaaaaaaaaaaa." * 350, "$ANSIBLE_VAULT;1\n" + "a" * 6_000),
    *(
        "IDENTIFIED BY " * 450,
        "create user " * 500 + "identified by",
        ("A" * 60 + "\n") * 100,
        "0-" * 3_000,
        "_-" * 3_000,
        " " * 6_500 + "password",
    ),
    *(
        "key_" * 1_600,
        "secret:\n" * 800,
        "password:" + " " * 6_000 + "x",
        "value=" * 1_000,
        "sk-" * 2_000,
        "password = " + "\\" * 6_000,
    ),
    *(
        "insert into a (pass) values (" + "'a'" * 60,
        "wifi_key--mariadb" * 350,
        "session=" * 800,
        "auth1" * 1_300,
        "pass1" * 1_300,
        "密码" * 3_200,
        "${wifikey" * 700,
        " -p--setpassword" * 400,
        "server key" * 650,
        ".".join(f"aB3dE6gH9jK2mN5p{number}" for number in range(350)),
    ),
    *("|pass|\n" * 900, "pass,x\n" * 900, "a,pass\n" * 900),
    *(
        "login river7 " * 500,
        "\n".join(f"login: river{number}!" for number in range(380)),
        "".join(f'login("river{number}", "Maple{number}!")\n' for number in range(170)),
        "river7 " * 930,
        "a!" * 3_200,
        "walnutriver'" * 540,
    ),
]
"""Made to slow down the expressions of `codestral_ls.backends.masking`."""

HOSTILE_FILES = [
    ("ruby", "begin\n" * 40_000),
    ("rust", "fn f() { let x = " + "&" * 100_000 + "y; }\n"),
    ("json", "[" * 60_000),
    ("javascript", "[" + "1," * 30_000 + "," * 90_000 + "]"),
    ("javascript", "a + " * 30_000 + "a"),
    ("python", "(" * 60_000),
    ("python", "not " * 50_000 + "x"),
    ("c", "{" * 60_000),
    ("cpp", "namespace a {" * 20_000),
    ("html", "<" * 60_000),
    ("php", "<?php " + "if (1) {" * 20_000),
    ("shellscript", "$(" * 20_000),
    ("css", "a " * 40_000),
    ("typescript", "a<" * 20_000),
    ("python", "x = 1\n" * 3_000 + "x = " + "(" * 30_000 + "\n" + "x = 1\n" * 3_000),
]
"""``(language, text)``: nested thousands deep, or thousands of tokens in a row."""
