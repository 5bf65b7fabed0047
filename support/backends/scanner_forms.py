"""Forms that another author chose: where the test files of whispers, a scanner for secrets, have their secrets.

Source: https://github.com/Skyscanner/whispers, `tests/fixtures`; the texts are our own. When they were first measured, before a
rule was written from them, 8 of the 68 leaked at least one of 20 secrets.
"""

from __future__ import annotations

import base64
import random

from support.backends.key_forms import UUID, WEAK, made
from support.backends.secret_files import Form


def scanner_forms(chance: random.Random) -> list[Form]:
    """All forms of this module, each with a newly made secret of its kind."""
    weak, token = chance.choice(WEAK), made("{w32}", chance)
    return [
        *_compiled(weak, token),
        *_scripts(weak),
        *_shells(weak, token),
        *_markup(weak, token, made("{B43}", chance), f"$2a$10${made('{w53}', chance)}"),
        *_settings(weak, token),
        *_addresses(weak, token, made("{w24}", chance)),
        *_packages(weak, token, made(UUID, chance), made("{w13}", chance)),
    ]


def _compiled(weak: str, token: str) -> list[Form]:
    return [
        ("go, second of two", f'const mailPassword, backupPassword string = "first4one", "{weak}"', weak),
        ("go, first of two", f'const mailPassword, backupPassword string = "{weak}", "other"', weak),
        ("go, two at once", f'mail_password, backup_password := "first4one", "{weak}"', weak),
        ("go, with another", f'var mailPassword, mailUser string = "{weak}", "{{user}}"', weak),
        ("go, short", f'mailPassword := "{weak}"', weak),
        ("java token", f'static final String MAIL_APITOKEN = "{token}";', token),
        ("java, final", f'final String mail_password = "{weak}";', weak),
    ]


def _scripts(weak: str) -> list[Form]:
    return [
        ("javascript, bare", f'mail_password = "{weak}";', weak),
        ("javascript, var", f'var mail_password = "{weak}";', weak),
        ("php variable", f'$mailPassword = "{weak}";', weak),
        ("php define with a flag", f'define("mail_password", "{weak}", true);', weak),
        ("php configuration", f"$config['db_password'] = '{weak}';", weak),
        ("python, compared with a format", f'if password == f"{weak}":', weak),
        ("python, formatted and compared", f'if "{{}}".format("{weak}") != PASSWORD:', weak),
        ("python, compared second", f'if user == "admin" and password == "{weak}":', weak),
        ("python dictionary", f'creds = {{"user": "admin", "password": "{weak}"}}', weak),
        ("python, bare default", f'getenv("PASSWORD", "{weak}")', weak),
        ("python, default of pwd", f'os.environ.get("pwd", "{weak}")', weak),
        ("python, begun with a word", f'mail_password = f"prefix_{weak}"', f"prefix_{weak}"),
        ("python call", f'login(password="{weak}")', weak),
    ]


def _shells(weak: str, token: str) -> list[Form]:
    return [
        ("export", f"export MAIL_API_TOKEN={token}\n", token),
        ("export in a comment", f'# export MAIL_API_TOKEN="{token}"\n', token),
        ("docker variable", f'docker run -it -e CI_TOKEN="{token}" -e CI_ID=1 image', token),
        ("docker variable on a line", f"docker run -it \\\n    -e CI_TOKEN={token} \\\n    -e CI_ID=1 \\\n    image\n", token),
        ("curl with digest", f"curl --digest -u admin:{weak} https://localhost", weak),
        ("curl through a proxy", f"curl -k -v \\\n    --proxy-user admin:{weak} \\\n    --proxy https://p:8080 \\\n    h\n", weak),
        ("curl with a key's password", f"curl --tlspassword {weak} https://localhost", weak),
        ("curl with a proxy's", f"curl --proxy-tlspassword {weak} https://localhost", weak),
        ("wget password", f"wget --password={weak} https://localhost", weak),
        ("Dockerfile, two words", f"ENV CI_TOKEN {token}\n", token),
        ("Dockerfile, quoted", f'ENV CI_TOKEN="{token}"\n', token),
    ]  # fmt: skip


def _markup(weak: str, token: str, sealed: str, hashed: str) -> list[Form]:
    return [
        ("bean password", f'<ss:user name="admin" password="{weak}" authorities="ROLE_USER" />', weak),
        ("bean secret", f'<ss:user name="admin" secret="{weak}" authorities="ROLE_USER" />', weak),
        ("bean access key", f'<ss:user name="admin" accesskey="{token}" authorities="ROLE_USER" />', token),
        (
            "connection in an element",
            f"<item key=\"Connection1\">\n  <value>\n    Database=d;Server=h;Uid=root;Password={weak};\n  </value>\n</item>\n",
            weak,
        ),
        ("entry", f"<entry>\n  <key>mail_password</key>\n  <value>{weak}</value>\n  <info>x</info>\n</entry>\n", weak),
        ("entry in capitals", f"<entry>\n  <key>PASS</key>\n  <value>{weak}</value>\n</entry>\n", weak),
        ("sealed token", f"<apiToken>{{{sealed}=}}</apiToken>", sealed),
        ("hash in an element", f"<passwordHash>#jbcrypt:{hashed}</passwordHash>", hashed),
        ("element pwd", f"<pwd>{weak}</pwd>", weak),
        ("variable in an element", f"<environment>DB_PASSWORD={weak}</environment>", weak),
        ("elements of passwords", f"<passwords>\n  <first>{weak}</first>\n</passwords>\n", weak),
        ("element of a key", f"<LICENSE_KEY>{token}</LICENSE_KEY>", token),
        ("key in an element", f"<environment>GITHUBKEY={token}</environment>", token),
    ]  # fmt: skip


def _settings(weak: str, token: str) -> list[Form]:
    return [
        ("object of a setting", f'object ApiUser "root" {{\n  password = "{weak}"\n}}\n', weak),
        ("environment, mixed", f"SSHuser=root\nSSHpassword={weak}\n", weak),
        ("ini, mixed", f"[SETTINGS]\nSSHuser = root\nSSHpassword = {weak}\n", weak),
        ("json key and value", f'{{"key": "mail_password", "value": "{weak}", "info": "x"}}', weak),
        ("json, dotted key", f'{{"key": "mail.password", "value": "{weak}"}}', weak),
        ("yaml key and value", f"- key: mail_password\n  value: {weak}\n  info: x\n", weak),
        ("json list of variables", f'"environment": [\n  "DB_PASSWORD={weak}"\n]', weak),
        ("yaml pwd", f"username: a\npwd: {weak}\n", weak),
        ("yaml list of variables", f"environment:\n  - DB_PASSWORD={weak}\n", weak),
        ("yaml list of passwords", f'mail_passwords:\n  - "{weak}"\n  - "other"\n', weak),
        ("yaml login", f"credentials:\n  login: admin\n  password: {weak}\n", weak),
        ("properties, dotted", f"username=admin\nsonar.jdbc.password={weak}\n", weak),
        ("properties key", f"api.key={token}\n", token),
        ("template default", f"  DBPassword:\n    Description: Database password\n    Type: String\n    Default: {weak}\n", weak),
    ]


def _addresses(weak: str, token: str, hook: str) -> list[Form]:
    return [
        ("jdbc, userpass", f'- "jdbc:mysql://localhost/a?user=admin&userpass={weak}"\n', weak),
        ("jdbc in prose", f"Use JDBC URL jdbc:mysql://localhost/a?user=admin&userpass={weak}\n", weak),
        ("address in prose", f"Connect to https://admin:{weak}@localhost:8000/admin for full access\n", weak),
        ("jdbc in markup", f'connectionURL="jdbc:mysql://localhost/a?user=dbuser&amp;pwd={weak}"', weak),
        ("slack hook", f"slack: https://hooks.slack.com/services/T00000000/B00000000/{hook}\n", hook),
        ("hubspot hook", f"hubspot: https://api.hubapi.com/webhooks/v1/12345/{token}\n", token),
    ]


def _packages(weak: str, token: str, uuid: str, des: str) -> list[Form]:
    short = base64.b64encode(f"someone:{weak}".encode()).decode()
    return [
        ("npmrc, uuid", f"//registry.example.org/:_authToken={uuid}\n", uuid),
        ("dockercfg", f'"https://index.docker.io/v1/": {{\n  "auth": "{short}",\n  "email": "a@b.c"\n}}', short),
        ("htpasswd, crypt", f"alice:{des}\n", des),
        ("pypirc with colons", f"[private]\nrepository: https://h\nusername: a\npassword: {weak}\n", weak),
    ]
