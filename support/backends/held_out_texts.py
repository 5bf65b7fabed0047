"""Program code, pipelines, records and prose of `held_out_forms`.

No rule is written and no weight is learned from this set; keep it so.
"""

from __future__ import annotations

from support.backends.drawn_keys import first_password, in_base64, in_url_base64, key, uuid
from support.backends.drawn_passwords import LITERAL, job_password, password
from support.backends.form_templates import Template

CODE: list[Template] = [
    (
        "discord login",
        key("MT{w24}.G{b5}.{b38}"),
        "const { Client, GatewayIntentBits } = require('discord.js');\n"
        "const client = new Client({ intents: [GatewayIntentBits.Guilds] });\n\n"
        "client.once('ready', () => console.log('online'));\nclient.login('▒');",
    ),
    (
        "drizzle",
        password(),
        'import { defineConfig } from "drizzle-kit";\n\nexport default defineConfig({\n  dialect: "mysql",\n'
        '  schema: "./src/schema.ts",\n  dbCredentials: {\n    host: "127.0.0.1",\n    user: "app",\n    password: "▒",\n'
        '    database: "inventory",\n  },\n});',
    ),
    (
        "stripe client",
        key("sk_live_51{w99}"),
        "import Stripe from 'stripe';\n\nconst stripe = new Stripe('▒', { apiVersion: '2024-06-20' });\n\n"
        "export const refund = (charge: string) => stripe.refunds.create({ charge });",
    ),
    (
        "exposed",
        password(LITERAL),
        'fun initDb() {\n    Database.connect(\n        url = "jdbc:postgresql://localhost:5432/fleet",\n'
        '        driver = "org.postgresql.Driver",\n        user = "fleet",\n        password = "▒",\n    )\n}',
    ),
    (
        "gorm",
        password(LITERAL),
        "func Open() (*gorm.DB, error) {\n"
        '\tdsn := "host=localhost user=gorm password=▒ dbname=catalog port=5432 sslmode=disable TimeZone=Europe/Rome"\n'
        "\treturn gorm.Open(postgres.Open(dsn), &gorm.Config{})\n}",
    ),
    (
        "octokit",
        key("github_pat_11{u20}_{w59}"),
        "require 'octokit'\n\nclient = Octokit::Client.new(access_token: '▒')\n"
        "client.issues('my-org/backend', state: 'open').each { |i| puts i.title }",
    ),
    (
        "alamofire",
        password(LITERAL),
        'AF.request("https://intranet.example.com/api/rooms")\n    .authenticate(username: "kiosk", password: "▒")\n'
        "    .responseDecodable(of: [Room].self) { response in\n        debugPrint(response)\n    }",
    ),
    (
        "duckdb secret",
        key("{B40}"),
        "INSTALL httpfs; LOAD httpfs;\nCREATE SECRET lake (\n    TYPE S3,\n    KEY_ID 'AKIAQ2WEXAMPLE8ZJ4PM',\n    SECRET '▒',\n"
        "    REGION 'us-east-1'\n);",
    ),
    (
        "terraform db instance",
        password("!#%*?"),
        'resource "aws_db_instance" "main" {\n  identifier        = "app-main"\n  engine            = "postgres"\n'
        '  instance_class    = "db.t4g.small"\n  allocated_storage = 20\n  username          = "appadmin"\n'
        '  password          = "▒"\n  skip_final_snapshot = true\n}',
    ),
    (
        "jcl job card",
        job_password,
        "//NIGHTLY  JOB (ACCT),'GL EXTRACT',CLASS=A,MSGCLASS=X,\n//         USER=BATCH01,PASSWORD=▒\n//STEP1    EXEC PGM=IEFBR14",
    ),
    (
        "sas libname",
        password("!@#*?"),
        'libname claims oracle user=sasread password="▒" path="DWPROD" schema=claims;\n\nproc means data=claims.paid;\n'
        "  class region;\nrun;",
    ),
    (
        "applescript",
        password(LITERAL),
        'tell application "Finder" to eject "Backup"\n'
        'do shell script "periodic daily" user name "admin" password "▒" with administrator privileges',
    ),
]

PIPELINES: list[Template] = [
    (
        "appveyor",
        in_base64(32),
        "version: 1.0.{build}\nimage: Visual Studio 2022\nenvironment:\n  NUGET_FEED: https://www.nuget.org\n  SIGNING_PASSWORD:\n"
        "    secure: ▒\nbuild_script:\n  - cmd: build.cmd",
    ),
    (
        "gitlab runner",
        key("glrt-{b20}"),
        'concurrent = 4\ncheck_interval = 0\n\n[[runners]]\n  name = "docker-large"\n  url = "https://gitlab.example.com/"\n'
        '  token = "▒"\n  executor = "docker"',
    ),
    (
        "jenkins inbound agent",
        key("{h64}"),
        "java -jar agent.jar -url https://jenkins.example.com/ -secret ▒ -name linux-07 -workDir /var/jenkins",
    ),
    (
        "renovate host rules",
        password(LITERAL),
        "module.exports = {\n  platform: 'gitea',\n  hostRules: [\n    {\n      hostType: 'maven',\n"
        "      matchHost: 'nexus.example.com',\n      username: 'renovate',\n      password: '▒',\n    },\n  ],\n};",
    ),
    (
        "terragrunt inputs",
        password("!#%*?"),
        'include "root" {\n  path = find_in_parent_folders()\n}\n\ninputs = {\n  cluster_name    = "stage"\n'
        '  master_username = "root"\n  master_password = "▒"\n}',
    ),
    (
        "butane",
        key("$y$j9T${c22}${c43}"),
        "variant: fcos\nversion: 1.5.0\npasswd:\n  users:\n    - name: core\n      password_hash: ▒\n      groups: [wheel]",
    ),
    (
        "age key",
        key("AGE-SECRET-KEY-1{x58}"),
        "# created: 2024-03-11T09:22:41+01:00\n# public key: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n▒",
    ),
    (
        "devcontainer",
        password(),
        '{\n  "name": "api",\n  "image": "mcr.microsoft.com/devcontainers/python:3.12",\n  "forwardPorts": [8000],\n'
        '  "containerEnv": {\n    "DB_USER": "dev",\n    "DB_PASSWORD": "▒"\n  }\n}',
    ),
]

RECORDS: list[Template] = [
    (
        "spring generated",
        uuid,
        "2024-05-14T08:31:07.402+02:00  INFO 1 --- [main] o.s.b.w.e.tomcat.TomcatWebServer : Tomcat initialized with port "
        "8080 (http)\n"
        "2024-05-14T08:31:08.119+02:00  WARN 1 --- [main] .s.s.UserDetailsServiceAutoConfiguration :\n\n"
        "Using generated security password: ▒\n\nThis generated password is for development use only.",
    ),
    (
        "mysqld first start",
        first_password,
        "2023-11-02T17:04:55.120941Z 0 [System] [MY-013169] [Server] /usr/sbin/mysqld (mysqld 8.0.35) initializing of "
        "server in progress as process 62\n"
        "2023-11-02T17:04:58.771208Z 6 [Note] [MY-010454] [Server] A temporary password is generated for root@localhost: ▒",
    ),
    (
        "vcr cassette",
        in_url_base64(33),
        "http_interactions:\n- request:\n    method: get\n    uri: https://api.example.com/v1/invoices?limit=2\n    headers:\n"
        "      Accept:\n      - application/json\n      Authorization:\n      - Bearer ▒\n  response:\n    status:\n"
        "      code: 200",
    ),
    (
        "soap wsse",
        password(),
        '<wsse:Security soapenv:mustUnderstand="1">\n  <wsse:UsernameToken>\n    <wsse:Username>partner42</wsse:Username>\n'
        "    <wsse:Password "
        'Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText">▒'
        "</wsse:Password>\n  </wsse:UsernameToken>\n</wsse:Security>",
    ),
    (
        "openapi example",
        password("!#%*?"),
        "components:\n  schemas:\n    Login:\n      type: object\n      required: [username, password]\n      example:\n"
        '        username: jsmith\n        password: "▒"',
    ),
]

PROSE: list[Template] = [
    (
        "polish note",
        password(),
        "Dostęp do panelu sklepu\nadres: https://sklep.example.pl/admin\nużytkownik: biuro\nhasło: ▒\nzmienić po szkoleniu",
    ),
    (
        "incident report",
        key("{w40}"),
        "Summary: between 14:05 and 14:50 UTC the import job failed with 401.\n"
        "Cause: the partner rotated our API token without notice.\n"
        "Fix: new token ▒ put into the job's settings, queue replayed at 14:52.\nFollow-up: ask the partner for a notice period.",
    ),
    (
        "thread on staging",
        password(),
        "[10:42] jonas: anyone know how to get into the staging db? the old login stopped working\n"
        "[10:44] priya: yes it was reset on friday, user is still reporting, new password is ▒\n[10:45] jonas: works, thanks!",
    ),
    (
        "mail to a supplier",
        password("!#%*"),
        "Hi Marta,\n\nthe SFTP drop for the price lists is ready:\nServer: sftp.example.com, port 2222\nLogin: supplier_mk\n"
        "Password: ▒\n\nPlease upload the first file by Thursday.\nBest, Tom",
    ),
]
