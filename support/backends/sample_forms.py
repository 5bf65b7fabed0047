"""Forms that a third author chose: where the samples of CredSweeper, a scanner for secrets, have their secrets.

Source: https://github.com/Samsung/CredSweeper, `tests/samples`; the texts and the secrets are our own. When they were first
measured, before a rule was written from them, 16 of the 69 leaked at least one of 20 secrets: 7 % of all secrets.
"""

from __future__ import annotations

import base64
import random

from support.backends.key_forms import UUID, WEAK, made
from support.backends.secret_files import Form


def sample_forms(chance: random.Random) -> list[Form]:
    """All forms of this module, each with a newly made secret of its kind."""
    weak, token = chance.choice(WEAK), made("{w32}", chance)
    return [
        *_command_lines(weak, token, made(UUID, chance)),
        *_tokens(weak, token, chance),
        *_assignments(weak, token, made("{h40}", chance)),
        *_sql(weak),
        *_documents(weak, token, made("{b43}", chance), made("{v32}", chance)),
        *_curl(weak, token),
        *_blocks(base64.b64encode(chance.randbytes(400)).decode()),
    ]


def _command_lines(weak: str, token: str, uuid: str) -> list[Form]:
    return [
        ("gpg decrypt", f"gpg --decrypt --passphrase {weak} --output a.txt a.txt.gpg", weak),
        ("mysql two words", f"mysql -u root --password {weak}", weak),
        ("powershell words", f"-Domain 'localhost' -Password '{weak}'", weak),
        ("token flag", f"--super-secret_token {uuid}", uuid),
        ("curl bearer", f'curl \\\n    --oauth2-bearer "{token}" \\\n    https://example.org\n', token),
        ("secure string, forced", f"ConvertTo-SecureString -String -Force {weak}", weak),
        ("secure string, quoted twice", f'"ConvertTo-SecureString \\"{weak}\\""', weak),
        ("curl put", f'curl -X PUT -u "admin:{weak}" https://127.0.0.1', weak),
        ("openssl in a build", f'RUN openssl x509 -req -days 365 -passin "pass:{weak}" -sha256 -in a.csr', weak),
        ("variables on one line", f"DB_HOST=localhost;DB_PORT=3306;\nDB_USER=CRED;DB_PASSWORD={weak};\n", weak),
    ]


def _tokens(weak: str, token: str, chance: random.Random) -> list[Form]:
    ticket, ntlm = made("{B38}", chance), base64.b64encode(b"NTLMSSP\0" + chance.randbytes(30)).decode()
    join, unlock = f"SWMTKN-1-{made('{l50}', chance)}-{made('{l25}', chance)}", f"SWMKEY-1-{made('{w43}', chance)}"
    sealed, signed = made("{B22}", chance), made("{B26}", chance)
    macro, postman, access = made("{h64}", chance), made("{u26}", chance), made("{w30}", chance)
    otp, short = made("{v32}", chance), made("{w14}", chance)
    return [
        ("kerberos", f'"kerberos_authentication": "{ticket}"', ticket),
        ("authorization", f'"authorization": "{ticket}"', ticket),
        ("oauth signature", f'headers = {{authorization: /oauth_signature="{signed}%3D"/}}', signed),
        ("ntlm", f"Authorization: NTLM {ntlm}\n", ntlm),
        ("swarm token", f"docker swarm join --token {join} h:2377", join),
        ("swarm key", f"unlock with {unlock}\n", unlock),
        ("encrypted value", f'"secretKey": "ENC({sealed}=)"', sealed),
        ("token with an arrow", f"Token-> DemoToken: {token} <- for User : demo\n", token),
        ("token value", f'tp_token_value="{token}"', token),
        ("key of an address", f'print("https://example.org/api/js?key={token}&bug=true")', token),
        ("macro", f"%define token {macro}\n", macro),
        ("nonce", f"nonce = '{token}'", token),
        ("postman token", f"PMAT-{postman}", postman),
        ("php access key", f"'access_key' => '{access}',", access),
        ("one-time secret", f"{otp}\n", otp),
        ("credential in haskell", f'mail_credential = "{short}"', short),
        ("api in toml", f'mail_api = "{token}";', token),
        ("weak and strong", f'mail_passwd = "{weak}"; password_confirmation = "{weak}";', weak),
    ]


def _assignments(weak: str, token: str, hexed: str) -> list[Form]:
    basic = base64.b64encode(f"alice:{weak}".encode()).decode()
    return [
        ("spaced define", f"define( 'PASSWORD' , '{weak}' );", weak),
        ("yaml pw with a comma", f"mypw: {weak},\n", weak),
        ("gradle", f'password = "{weak}"\n', weak),
        ("capitals without a sign", f"MYSQLPASS: {weak}\n", weak),
        ("my_pw", f"my_pw: {weak}\n", weak),
        ("scala argument", f'val password: String = "{weak}", // scala', weak),
        ("python default", f'def connect(passwd: str = "{weak}"):', weak),
        ("equal", f'if passwd == "{weak}":', weak),
        ("not equal", f'if passwd != "{weak}":', weak),
        ("bare", f"password={weak}\n", weak),
        ("pwd in gradle", f'pwd = "{weak}"\n', weak),
        ("salt", f'var mail_salt = "{token}";', token),
        ("go comparison", f'if string(secret) == "{weak}" {{', weak),
        ("groovy secret", f'LEGACY_SERVER_SECRET = "{hexed}"', hexed),
        ("continued line", f"SECRET_CREDENTIAL_API_KEY = \\\n    '{token}'\n", token),
        ("basic in pieces", f'AUTH = ("Basic "\n        "{basic}")', basic),
        ("yaml in a string", f'secure_yaml = """\npassword: {weak}\n"""\n', weak),
    ]


def _sql(weak: str) -> list[Form]:
    return [
        ("single quotes in a string", f"'create user name identified by '{weak}' --", weak),
        ("bare in a call", f'exec("CREATE USER a ACCOUNT UNLOCK IDENTIFIED BY {weak}");', weak),
        ("in backticks", f"`CREATE USER 'haproxy'@'%' IDENTIFIED BY '{weak}';`", weak),
        ("encrypted, with more", f'statement = """CREATE USER a WITH ENCRYPTED PASSWORD \'{weak}\' CREATEDB;', weak),
        ("role", f"ALTER ROLE postgres PASSWORD '{weak}'; SELECT pg_reload_conf()", weak),
        ("superuser", f"CREATE USER chuck WITH PASSWORD '{weak}' SUPERUSER;", weak),
        ("if not exists", f"CREATE USER IF NOT EXISTS sandy WITH PASSWORD '{weak}' NOSUPERUSER;", weak),
        ("alter user", f"ALTER USER username WITH PASSWORD '{weak}';", weak),
    ]


def _documents(weak: str, token: str, key: str, otp: str) -> list[Form]:
    return [
        ("structure of key and value", f'{{\n  "info": "x",\n  "key": "password",\n  "value": "{weak}"\n}}\n', weak),
        ("key and value", f'{{\n  "key": "api_key",\n  "value": "{token}"\n}}\n', token),
        ("named element", f'<password name="password">{weak}</password>', weak),
        ("encoded address", f"require('dbconnection://ad%6Din:{weak}@db-host-local');", weak),
        ("credential of an address", f'url = "https://h/83675?Credential={token}&cut";', token),
        ("mail address as a name", f'login = "smtps://example@example.org:{weak}@smtp.example.org:465";', weak),
        ("jwk", f'{{\n  "kty": "EC",\n  "d": "{key}"\n}}\n', key),
        ("cell of a table", f"<tr><th>token</th><th>secret</th></tr>\n<tr><td>{otp}</td><td>{token}</td></tr>\n", token),
        ("quoted cell", f'ID,BSSID,password\n14159,"FreeWiFi","{weak}"\n', weak),
        ("fifth column", f"name,age,city,role,password\na,1,b,c,{weak}\n", weak),
    ]


def _curl(weak: str, token: str) -> list[Form]:
    return [
        ("curl option bearer", f'curl_easy_setopt(c, CURLOPT_XOAUTH2_BEARER,\n        "{token}");', token),
        ("curl option password", f'curl_easy_setopt(c, CURLOPT_PASSWORD, "{weak}");', weak),
        ("curl option proxy", f'curl_easy_setopt(c, CURLOPT_PROXYUSERPWD, "a1:{weak}");', weak),
        ("curl option of a key", f'curl_easy_setopt(c, CURLOPT_KEYPASSWD, "{weak}");', weak),
    ]


def _blocks(blob: str) -> list[Form]:
    joined = "".join(f' +   "{blob[start : start + 64]}\\n"\n' for start in range(0, 384, 64))
    return [
        ("key joined of strings", f'k = "-----BEGIN PRIVATE KEY-----\\n"\n{joined} +   "-----END PRIVATE KEY-----"', blob[64:128]),
        (
            "key in backticks",
            f"const key = `-----BEGIN EC PRIVATE KEY-----\n{blob[:64]}\n{blob[64:128]}\n-----END EC PRIVATE KEY-----`",
            blob[64:128],
        ),
    ]
