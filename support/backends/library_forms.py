"""More forms of files and command lines with secrets: consoles, frameworks and libraries.

When they were first measured, before a rule was written from them, 14 of the 67 leaked at least one of 20 secrets.
"""

from __future__ import annotations

import base64
import random

from support.backends.key_forms import UUID, WEAK, made
from support.backends.secret_files import Form


def library_forms(chance: random.Random) -> list[Form]:
    """All forms of this module, each with a newly made secret of its kind."""
    weak, token = chance.choice(WEAK), made("{w32}", chance)
    return [
        *_tools(weak, token),
        *_consoles(weak),
        *_frameworks(weak, token),
        *_web(weak, token, made("{H32}", chance)),
        *_calls(weak),
        *_shells(weak, token),
        *_networks(weak, base64.b64encode(chance.randbytes(32)).decode(), made(UUID, chance)),
    ]


def _tools(weak: str, token: str) -> list[Form]:
    return [
        ("pip command", f"pip install --index-url https://a:{weak}@pypi.example.org/simple x", weak),
        ("git clone", f"git clone https://oauth2:{token}@git.example.org/a.git", token),
        ("build argument", f"docker build --build-arg NPM_TOKEN={token} .", token),
        ("service variable", f"docker service create --env DB_PW={weak} x", weak),
        ("k3s", f"k3s server --datastore-endpoint='mysql://u:{weak}@tcp(h:3306)/k3s'", weak),
        ("flux", f"flux bootstrap git --username=a --password={weak}", weak),
        ("kubectl credentials", f"kubectl config set-credentials a --username=a --password={weak}", weak),
        ("cf", f"cf login -a h -u a -p {weak}", weak),
        ("helm of several", f"helm upgrade x y --set auth.rootPassword={weak},auth.user=a", weak),
        ("group variables", f'ansible_user: root\nansible_ssh_pass: "{weak}"\n', weak),
        ("vault user", f"vault write auth/userpass/users/a password={weak}", weak),
        ("nomad", f'env {{\n  DB_PASS = "{weak}"\n}}\n', weak),
        ("logstash keystore", f"echo {weak} | bin/logstash-keystore add PW", weak),
        ("elasticsearch users", f"bin/elasticsearch-users useradd a -p {weak} -r superuser", weak),
        ("grafana cli", f"grafana-cli admin reset-admin-password {weak}", weak),
    ]


def _consoles(weak: str) -> list[Form]:
    return [
        ("psql address", f'psql "postgresql://a:{weak}@h/d"', weak),
        ("pg_restore", f"PGPASSWORD='{weak}' pg_restore -d d a.dump", weak),
        ("mysqlsh", f"mysqlsh root:{weak}@h:3306", weak),
        ("mongodump", f"mongodump --uri mongodb://a:{weak}@h", weak),
        ("oracle export", f"exp system/{weak}@orcl file=a.dmp", weak),
        ("isql", f"isql -U sa -P {weak} -S h", weak),
        ("bcp", f"bcp d.t out a.csv -U sa -P {weak}", weak),
        ("hdbsql", f"hdbsql -u SYSTEM -p {weak} -n h", weak),
        ("vsql", f"vsql -U dbadmin -w {weak}", weak),
    ]


def _frameworks(weak: str, token: str) -> list[Form]:
    return [
        ("django mail", f"EMAIL_HOST_USER = 'a'\nEMAIL_HOST_PASSWORD = '{weak}'\n", weak),
        ("flask mail", f'app.config.update(MAIL_USERNAME="a", MAIL_PASSWORD="{weak}")', weak),
        ("rails mail", f"  smtp_user: a\n  smtp_password: {weak}\n", weak),
        ("spring mail", f"spring.mail.username=a\nspring.mail.password={weak}\n", weak),
        ("micronaut", f"datasources:\n  default:\n    password: '{weak}'\n", weak),
        ("quarkus", f"quarkus.datasource.password={weak}\n", weak),
        ("nest", f"TypeOrmModule.forRoot({{ username: 'a', password: '{weak}' }})", weak),
        ("knex", f"  connection: {{ user: 'a', password: '{weak}', database: 'd' }},\n", weak),
        ("mongoose", f"mongoose.connect('mongodb://a:{weak}@h/d')", weak),
        ("strapi", f"ADMIN_JWT_SECRET={token}\n", token),
        ("hasura", f"      HASURA_GRAPHQL_ADMIN_SECRET: {weak}\n", weak),
        ("hasura header", f'"x-hasura-admin-secret": "{weak}"', weak),
        ("firebase", f'const config = {{ apiKey: "{token}", projectId: "a" }};', token),
        ("supabase", f"const supabase = createClient(url, '{token}')", token),
    ]


def _web(weak: str, token: str, session: str) -> list[Form]:
    return [
        ("keycloak client", f'"credentials": {{ "secret": "{token}" }}', token),
        ("oauth body", f"client_id=a&client_secret={token}&grant_type=client_credentials", token),
        ("passport jwt", f"super({{ jwtFromRequest: x, secretOrKey: '{weak}' }})", weak),
        ("express basic", f"app.use(basicAuth({{ users: {{ admin: '{weak}' }} }}))", weak),
        ("java session", f"Cookie: JSESSIONID={session}\n", session),
        ("laravel session", f"Set-Cookie: laravel_session={token}; path=/; httponly\n", token),
    ]


def _calls(weak: str) -> list[Form]:
    return [
        ("keyring", f'keyring.set_password("service", "alice", "{weak}")', weak),
        ("pymysql", f'pymysql.connect(host="h", user="a", passwd="{weak}")', weak),
        ("oracle in python", f'cx_Oracle.connect("alice", "{weak}", "h/orcl")', weak),
        ("ftplib", f'ftplib.FTP("h", "alice", "{weak}")', weak),
        ("ftp in php", f"ftp_login($connection, 'alice', '{weak}');", weak),
        ("php mailer", f"$mail->Username = 'a';\n$mail->Password = '{weak}';\n", weak),
        ("ftp in ruby", f"Net::FTP.open('h', 'alice', '{weak}') do |ftp|", weak),
        ("go words", f'sql.Open("postgres", "user=a password={weak} dbname=d")', weak),
        ("rust builder", f'Config::new().user("a").password("{weak}")', weak),
        ("http client", f'new UsernamePasswordCredentials("alice", "{weak}")', weak),
        ("c# initialiser", f'var a = new Account {{ User = "a", Password = "{weak}" }};', weak),
        ("swift credential", f'URLCredential(user: "a", password: "{weak}", persistence: .none)', weak),
        ("groovy sql", f"Sql.newInstance(url, 'alice', '{weak}', driver)", weak),
    ]


def _shells(weak: str, token: str) -> list[Form]:
    return [
        ("java property", f"java -Djavax.net.ssl.trustStorePassword={weak} -jar a.jar", weak),
        ("invoke-sqlcmd", f"Invoke-Sqlcmd -Username a -Password {weak} -Query 'select 1'", weak),
        ("powershell plain", f"$pass = '{weak}'\n", weak),
        ("zsh", f"export MYSQL_PWD='{weak}'\n", weak),
        ("runner", f"gitlab-runner register --registration-token {token} --executor shell", token),
    ]


def _networks(weak: str, key: str, uuid: str) -> list[Form]:
    return [
        ("omapi", f"key omapi_key {{ algorithm hmac-md5; secret {key}; }};", key),
        ("cisco secret", f"username alice secret {weak}\n", weak),
        ("isakmp", f"crypto isakmp key {weak} address 10.0.0.1\n", weak),
        ("consul agent", f'acl {{\n  tokens {{\n    agent = "{uuid}"\n  }}\n}}\n', uuid),
        ("openvpn inline", f"<auth-user-pass>\nalice\n{weak}\n</auth-user-pass>\n", weak),
    ]
