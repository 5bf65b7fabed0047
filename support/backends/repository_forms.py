"""Places where people write secrets down, chosen by a fifth author who knew no rule: one half of 134.

`held_out_forms` has the other half. The texts are the author's own. Rules may be written from this half.
"""

from __future__ import annotations

import random

from support.backends.drawn_keys import in_url_base64, key
from support.backends.drawn_passwords import ADDRESS, BARE, LITERAL, ORACLE, SHELL, password
from support.backends.form_templates import Template, filled
from support.backends.repository_texts import CODE, PIPELINES, PROSE, RECORDS
from support.backends.secret_files import Form

SETTINGS: list[Template] = [
    (
        "odoo",
        password(BARE),
        "[options]\naddons_path = /opt/odoo/addons,/opt/odoo/custom\ndb_host = 10.20.0.8\ndb_port = 5432\ndb_user = odoo\n"
        "db_password = ▒\nhttp_port = 8069\nworkers = 4",
    ),
    (
        "moodle",
        password(LITERAL),
        "<?php\nunset($CFG);\nglobal $CFG;\n$CFG = new stdClass();\n$CFG->dbtype    = 'mariadb';\n$CFG->dbhost    = 'localhost';\n"
        "$CFG->dbname    = 'moodle';\n$CFG->dbuser    = 'moodleuser';\n$CFG->dbpass    = '▒';\n$CFG->prefix    = 'mdl_';\n"
        "$CFG->wwwroot   = 'https://lms.example.edu';",
    ),
    (
        "magento",
        password(LITERAL),
        "    'db' => [\n        'table_prefix' => '',\n        'connection' => [\n            'default' => [\n"
        "                'host' => 'db',\n                'dbname' => 'magento2',\n                'username' => 'magento',\n"
        "                'password' => '▒',\n                'active' => '1'\n            ]\n        ]\n    ],",
    ),
    (
        "discourse",
        password(),
        "env:\n  LANG: en_US.UTF-8\n  DISCOURSE_HOSTNAME: forum.example.org\n  DISCOURSE_SMTP_ADDRESS: smtp.example.org\n"
        '  DISCOURSE_SMTP_PORT: 587\n  DISCOURSE_SMTP_USER_NAME: forum@example.org\n  DISCOURSE_SMTP_PASSWORD: "▒"',
    ),
    (
        "glpi",
        password(LITERAL),
        "<?php\nclass DB extends DBmysql {\n   public $dbhost = 'localhost';\n   public $dbuser = 'glpi';\n"
        "   public $dbpassword = '▒';\n   public $dbdefault = 'glpidb';\n   public $use_utf8mb4 = true;\n}",
    ),
    (
        "graylog",
        key("{w96}"),
        "is_leader = true\nnode_id_file = /etc/graylog/server/node-id\npassword_secret = ▒\nroot_timezone = UTC\n"
        "http_bind_address = 0.0.0.0:9000\nelasticsearch_hosts = http://127.0.0.1:9200",
    ),
    (
        "opensearch internal users",
        key("$2y$12${c53}"),
        '_meta:\n  type: "internalusers"\n  config_version: 2\n\ningest:\n  hash: "▒"\n  reserved: false\n  backend_roles:\n'
        '  - "logs_writer"',
    ),
    (
        "dovecot sql",
        password(BARE),
        "driver = mysql\nconnect = host=127.0.0.1 dbname=mailserver user=mailuser password=▒\ndefault_pass_scheme = SHA512-CRYPT\n"
        "password_query = SELECT email AS user, password FROM virtual_users WHERE email='%u'",
    ),
    (
        "zoneminder",
        password(BARE),
        "# ZoneMinder database hostname or ip address\nZM_DB_HOST=localhost\nZM_DB_NAME=zm\nZM_DB_USER=zmuser\n"
        "# ZoneMinder database password\nZM_DB_PASS=▒",
    ),
    (
        "orchestrator",
        password(),
        '{\n  "Debug": false,\n  "ListenAddress": ":3000",\n  "MySQLTopologyUser": "orc_client",\n'
        '  "MySQLTopologyPassword": "▒",\n  "DefaultInstancePort": 3306\n}',
    ),
    (
        "debezium",
        password(),
        '{\n  "name": "orders-connector",\n  "config": {\n    "connector.class": "io.debezium.connector.mysql.MySqlConnector",\n'
        '    "database.hostname": "mysql",\n    "database.port": "3306",\n    "database.user": "debezium",\n'
        '    "database.password": "▒",\n    "database.server.id": "184054",\n    "topic.prefix": "shop"\n  }\n}',
    ),
    (
        "schema registry",
        password(BARE),
        "schema.registry.url=https://sr.example.com:8081\nbasic.auth.credentials.source=USER_INFO\n"
        "basic.auth.user.info=svc-orders:▒\nauto.register.schemas=false",
    ),
    (
        "nifi",
        key("{B32}"),
        "# security properties #\nnifi.sensitive.props.key=▒\nnifi.sensitive.props.algorithm=NIFI_PBKDF2_AES_GCM_256\n"
        "nifi.security.keystoreType=PKCS12\nnifi.web.https.port=8443",
    ),
    (
        "rundeck realm",
        password(BARE),
        "# realm.properties: <username>: <password>[,<rolename> ...]\nadmin: ▒,user,admin,architect,deploy,build",
    ),
    (
        "lxd init",
        password(BARE),
        "config:\n  core.https_address: '[::]:8443'\n  core.trust_password: ▒\nnetworks:\n- name: lxdbr0\n  type: bridge",
    ),
    (
        "oauth2-proxy",
        in_url_base64(32, padded=True),
        'provider = "oidc"\noidc_issuer_url = "https://sso.example.com/realms/dev"\nclient_id = "dashboards"\n'
        'cookie_secret = "▒"\ncookie_secure = true\nemail_domains = ["example.com"]\nupstreams = ["http://127.0.0.1:8080/"]',
    ),
    (
        "authelia user",
        key("$argon2id$v=19$m=65536,t=3,p=4${B22}${B43}"),
        'users:\n  harriet:\n    displayname: "Harriet Long"\n    password: "▒"\n    email: harriet@example.net\n    groups:\n'
        "      - admins",
    ),
    (
        "dex static client",
        in_url_base64(24),
        "staticClients:\n- id: kube-login\n  name: 'Kubernetes login'\n  redirectURIs:\n  - 'http://127.0.0.1:8000/callback'\n"
        "  secret: ▒",
    ),
    (
        "kong consumer",
        key("{w32}"),
        '_format_version: "3.0"\nconsumers:\n- username: partner-acme\n  keyauth_credentials:\n  - key: ▒\nservices:\n'
        "- name: orders\n  url: http://orders.internal:8080",
    ),
    ("certbot cloudflare", key("{b40}"), "# Cloudflare API token used by Certbot\ndns_cloudflare_api_token = ▒"),
    (
        "fluent-bit",
        password(BARE),
        "[OUTPUT]\n    Name            es\n    Match           kube.*\n    Host            es.logging.svc\n"
        "    Port            9200\n    HTTP_User       fluent\n    HTTP_Passwd     ▒\n    Logstash_Format On",
    ),
    ("3proxy", password(BARE), "nserver 1.1.1.1\nnscache 65536\nusers buero:CL:▒\nauth strong\nallow buero\nsocks -p1080"),
    (
        "shadowsocks",
        password(),
        '{\n    "server": "0.0.0.0",\n    "server_port": 8388,\n    "password": "▒",\n    "timeout": 300,\n'
        '    "method": "chacha20-ietf-poly1305"\n}',
    ),
    (
        "openfortivpn",
        password(BARE),
        "host = vpn.example.de\nport = 10443\nusername = m.keller\npassword = ▒\n"
        "trusted-cert = e46d4aff08ba6914e64daa85bc6112a422fa7ce16631bff0b592a28556f993db",
    ),
    (
        "octoprint",
        key("{h32}"),
        "accessControl:\n  salt: null\napi:\n  crossOrigin: true\n  key: ▒\nappearance:\n  name: Prusa MK3",
    ),
    (
        "onlyoffice",
        key("{w32}"),
        '{\n  "services": {\n    "CoAuthoring": {\n      "token": { "enable": { "browser": true } },\n'
        '      "secret": { "inbox": { "string": "▒" } }\n    }\n  }\n}',
    ),
    (
        "mattermost",
        password(ADDRESS),
        '"SqlSettings": {\n    "DriverName": "postgres",\n'
        '    "DataSource": "postgres://mmuser:▒@localhost:5432/mattermost?sslmode=disable&connect_timeout=10",\n'
        '    "MaxIdleConns": 20\n},',
    ),
]

COMMANDS: list[Template] = [
    (
        "percona checksum",
        password(SHELL),
        "pt-table-checksum --replicate=percona.checksums h=10.0.3.11,u=checksum,p=▒ --databases shop",
    ),
    ("surreal", password(SHELL), "surreal start --bind 0.0.0.0:8000 --user root --pass ▒ file:/data/app.db"),
    ("rman", password(ORACLE), "$ rman target sys/▒@PRODDB catalog /\nRMAN> backup database plus archivelog;"),
    ("bteq", password(ORACLE), "bteq <<EOF\n.LOGON tdprod/etl_user,▒;\nSELECT COUNT(*) FROM dwh.sales;\n.LOGOFF;\nEOF"),
    ("dsadd", password(BARE), 'dsadd user "CN=Eva Lind,OU=Sales,DC=corp,DC=local" -samid elind -pwd ▒ -mustchpwd yes'),
    (
        "networksetup",
        password(LITERAL),
        "networksetup -setairportpower en0 on\nnetworksetup -setairportnetwork en0 \"Studio-5G\" '▒'",
    ),
    (
        "ipa-client-install",
        password(LITERAL),
        "ipa-client-install --unattended --domain=example.com --realm=EXAMPLE.COM \\\n"
        "    --server=ipa1.example.com -p enroll -w '▒' --mkhomedir",
    ),
    (
        "octopus",
        key("API-{u31}"),
        "octo create-release --project Webshop --version 2.8.1 --server https://octopus.corp.local --apiKey ▒",
    ),
    (
        "concourse login",
        password(SHELL),
        "fly -t lab login -c http://concourse.lab:8080 -u main -p ▒\nfly -t lab set-pipeline -p site -c ci/pipeline.yml",
    ),
    (
        "kopia",
        password(LITERAL),
        "kopia repository connect filesystem --path /mnt/nas/kopia --password '▒'\nkopia snapshot create /home",
    ),
]


def repository_forms(chance: random.Random) -> list[Form]:
    """All forms of this half, each with a newly made secret of its kind."""
    return filled((*SETTINGS, *COMMANDS, *CODE, *PIPELINES, *RECORDS, *PROSE), chance)
