"""More forms of files and command lines with secrets: package managers, clouds, pipelines and programs.

When they were first measured, before a rule was written from them, 17 of the 67 leaked at least one of 20 secrets.
"""

from __future__ import annotations

import random

from support.backends.key_forms import WEAK, made
from support.backends.secret_files import Form


def tool_forms(chance: random.Random) -> list[Form]:
    """All forms of this module, each with a newly made secret of its kind."""
    weak, token = chance.choice(WEAK), made("{w32}", chance)
    return [
        *_packages(weak, token),
        *_clouds(weak, token),
        *_pipelines(weak),
        *_programs(weak, token),
        *_databases(weak),
        *_texts(weak, token),
    ]


def _packages(weak: str, token: str) -> list[Form]:
    return [
        ("composer token", f'{{"gitlab-token": {{"gitlab.example.org": "{token}"}}}}', token),
        ("conan", f"conan user -p {weak} -r remote alice", weak),
        ("nuget push", f"nuget push a.nupkg -ApiKey {token} -Source s", token),
        ("user secrets of dotnet", f'dotnet user-secrets set "Db:Password" "{weak}"', weak),
        ("cargo login", f"cargo login {token}", token),
        ("uv index", f"UV_INDEX_PRIVATE_PASSWORD={weak} uv sync", weak),
        ("bundle config", f"bundle config set --global gems.example.org alice:{weak}", weak),
        ("maven passphrase", f"<server><id>a</id><privateKey>k</privateKey><passphrase>{weak}</passphrase></server>", weak),
        ("ivy", f'<credentials host="h" realm="r" username="u" passwd="{weak}"/>', weak),
        ("yarn 1", f'"//registry.example.org/:_authToken" "{token}"', token),
    ]


def _clouds(weak: str, token: str) -> list[Form]:
    return [
        ("azure variable", f"AZURE_CLIENT_ID=a\nAZURE_CLIENT_SECRET={token}\n", token),
        ("gcloud sql", f"gcloud sql users set-password root --instance=i --password={weak}", weak),
        ("aws rds", f"aws rds create-db-instance --master-username a --master-user-password {weak}", weak),
        ("az sql", f"az sql server create -u a -p {weak} -g g -n n", weak),
        ("cdk", f"SecretValue.unsafePlainText('{weak}')", weak),
        ("bicep", f"param adminPassword string = '{weak}'", weak),
        ("spaces", f"SPACES_KEY=A\nSPACES_SECRET={token}\n", token),
        ("openstack application", f'      application_credential_secret: "{weak}"\n', weak),
        ("terraform provider", f'provider "x" {{\n  username = "a"\n  api_token = "{token}"\n}}\n', token),
        ("vault kv", f"vault kv put secret/db password={weak}", weak),
        ("consul kv", f"consul kv put db/password {weak}", weak),
        ("aws ssm", f"aws ssm put-parameter --name /db/password --value {weak} --type SecureString", weak),
        (
            "aws secrets manager",
            f'aws secretsmanager create-secret --name db --secret-string \'{{"username":"a","password":"{weak}"}}\'',
            weak,
        ),
        ("gcloud secrets", f'echo -n "{weak}" | gcloud secrets create db --data-file=-', weak),
    ]


def _pipelines(weak: str) -> list[Form]:
    return [
        ("circleci", f"      - image: mysql\n        environment:\n          MYSQL_ROOT_PASSWORD: {weak}\n", weak),
        ("drone", f"    settings:\n      username: a\n      password: {weak}\n", weak),
        ("tekton", f'      params:\n        - name: password\n          value: "{weak}"\n', weak),
        ("step of a workflow", f"        run: mysql -u root -p'{weak}' < a.sql\n", weak),
        ("gitlab service", f'variables:\n  POSTGRES_DB: d\n  POSTGRES_PASSWORD: "{weak}"\n', weak),
        ("teamcity", f'param("env.DB_PASSWORD", "{weak}")', weak),
        ("bamboo", f"bamboo.database.password={weak}\n", weak),
    ]


def _programs(weak: str, token: str) -> list[Form]:
    return [
        ("ruby mysql", f'Mysql2::Client.new(host: "h", username: "root", password: "{weak}")', weak),
        ("laravel default", f"'password' => env('DB_PASSWORD', '{weak}'),", weak),
        ("python default", f'os.getenv("DB_PASSWORD", "{weak}")', weak),
        ("node default", f"const secret = process.env.DB_PASSWORD || '{weak}'", weak),
        ("go default", f'dsn := getEnv("DB_PASSWORD", "{weak}")', weak),
        ("spring value", f'@Value("${{db.password:{weak}}}")', weak),
        ("kotlin constant", f'private const val API_KEY = "{token}"', token),
        ("android string", f'<string name="api_key">{token}</string>', token),
        ("property list", f"<key>ApiKey</key>\n<string>{token}</string>", token),
        ("c copy", f'strcpy(password, "{weak}");', weak),
        ("c++ braces", f'std::string password{{"{weak}"}};', weak),
        ("c comparison", f'if (strcmp(pass, "{weak}") == 0) {{', weak),
        ("c# property", f'public string Password {{ get; set; }} = "{weak}";', weak),
        ("visual basic", f'Dim password As String = "{weak}"', weak),
    ]


def _databases(weak: str) -> list[Form]:
    return [
        ("alter login", f"ALTER LOGIN sa WITH PASSWORD = N'{weak}'", weak),
        ("encrypted password", f"ALTER USER a WITH ENCRYPTED PASSWORD '{weak}'", weak),
        ("native password", f"ALTER USER 'root'@'localhost' IDENTIFIED WITH mysql_native_password BY '{weak}';", weak),
        ("mongo auth", f'db.auth("admin", "{weak}")', weak),
        ("redis address", f"redis-cli -u redis://default:{weak}@h:6379 ping", weak),
        ("redis command", f"AUTH {weak}\n", weak),
        ("ldif change", f"replace: userPassword\nuserPassword: {weak}\n", weak),
        ("spring bean", f'<property name="password" value="{weak}"/>', weak),
    ]


def _texts(weak: str, token: str) -> list[Form]:
    return [
        ("yaml user", f"users:\n  - name: admin\n    password: {weak}\n", weak),
        ("yaml in braces", f"admin: {{user: a, password: {weak}}}\n", weak),
        ("arguments in a list", f'subprocess.run(["tool", "--password", "{weak}"])', weak),
        ("container command", f'CMD ["mysqld", "--root-password={weak}"]', weak),
        ("variable in a comment", f"#DB_PASSWORD={weak}\n", weak),
        ("log", f"2024-01-01 12:00:00 INFO login user=alice password={weak} ok\n", weak),
        ("curl form", f"curl -d 'username=a&password={weak}' https://h/login", weak),
        ("curl json", f'curl -d \'{{"user":"a","password":"{weak}"}}\' https://h/login', weak),
        ("form body", f"grant_type=password&username=a&password={weak}\n", weak),
        ("key header", f"apikey: {token}\n", token),
        ("sshpass variable", f"SSHPASS={weak} sshpass -e ssh a@h", weak),
        ("git credentials", f"https://alice:{weak}@git.example.org\n", weak),
        ("svn store", f"K 8\npassword\nV 9\n{weak}\nK 8\nusername\n", weak),
        ("hgrc", f"[auth]\na.prefix = h\na.username = u\na.password = {weak}\n", weak),
    ]
