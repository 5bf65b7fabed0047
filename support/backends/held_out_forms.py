"""Places where people write secrets down, chosen by a fifth author who knew no rule: the half of 134 that is held out.

No rule is written and no weight is learned from this set: it shows how well masking does where nobody has looked. Keep it so,
and learn from the other half, `repository_forms`.
"""

from __future__ import annotations

import random

from support.backends.drawn_keys import in_base64, in_url_base64, key, uuid
from support.backends.drawn_passwords import ADDRESS, BARE, LITERAL, ORACLE, SHELL, hidden_by_xor, password
from support.backends.form_templates import Template, filled
from support.backends.held_out_texts import CODE, PIPELINES, PROSE, RECORDS
from support.backends.secret_files import Form

SETTINGS: list[Template] = [
    (
        "mastodon",
        key("{h128}"),
        "LOCAL_DOMAIN=social.example.net\nSINGLE_USER_MODE=false\nOTP_SECRET=▒\nDB_HOST=/var/run/postgresql\nDB_USER=mastodon\n"
        "DB_NAME=mastodon_production",
    ),
    (
        "vaultwarden",
        in_base64(48),
        "services:\n  vaultwarden:\n    image: vaultwarden/server:1.30.5\n    environment:\n"
        '      DOMAIN: "https://vw.example.com"\n      SIGNUPS_ALLOWED: "false"\n      ADMIN_TOKEN: "▒"\n    volumes:\n'
        "      - ./vw-data:/data",
    ),
    (
        "metabase",
        password(SHELL),
        "docker run -d -p 3000:3000 \\\n  -e MB_DB_TYPE=postgres \\\n  -e MB_DB_DBNAME=metabaseappdb \\\n  -e MB_DB_PORT=5432 \\\n"
        "  -e MB_DB_USER=metabase \\\n  -e MB_DB_PASS=▒ \\\n  -e MB_DB_HOST=pg.internal \\\n  --name metabase metabase/metabase",
    ),
    (
        "superset",
        in_base64(42),
        "# superset_config.py\nROW_LIMIT = 5000\nSUPERSET_WEBSERVER_PORT = 8088\nSECRET_KEY = '▒'\nWTF_CSRF_ENABLED = True\n"
        "MAPBOX_API_KEY = ''",
    ),
    (
        "wiki.js",
        password(BARE),
        "port: 3000\ndb:\n  type: postgres\n  host: localhost\n  port: 5432\n  user: wikijs\n  pass: ▒\n  db: wiki\n  ssl: false\n"
        "logLevel: info",
    ),
    (
        "promtail",
        password(BARE),
        "clients:\n  - url: https://logs.example.io/loki/api/v1/push\n    tenant_id: edge\n    basic_auth:\n"
        "      username: promtail\n      password: ▒\npositions:\n  filename: /tmp/positions.yaml",
    ),
    (
        "thanos bucket",
        key("{B40}"),
        'type: S3\nconfig:\n  bucket: "metrics-longterm"\n  endpoint: "s3.eu-central-1.amazonaws.com"\n'
        '  access_key: "AKIAZ7QK3VEXAMPLE5TN"\n  secret_key: "▒"\n  insecure: false',
    ),
    (
        "vmauth",
        password(),
        'users:\n- username: "grafana-ro"\n  password: "▒"\n  url_prefix: "http://vmselect:8481/select/0/prometheus"',
    ),
    (
        "meilisearch",
        in_url_base64(32),
        'db_path = "/var/lib/meilisearch/data"\nenv = "production"\nhttp_addr = "localhost:7700"\nmaster_key = "▒"\n'
        "no_analytics = true",
    ),
    (
        "pure-ftpd mysql",
        password(BARE),
        "MYSQLServer     localhost\nMYSQLPort       3306\nMYSQLUser       pureftpd\nMYSQLPassword   ▒\nMYSQLDatabase   ftpusers\n"
        "MYSQLCrypt      crypt",
    ),
    (
        "rspamd controller",
        key("$2${z26}${z52}"),
        '# /etc/rspamd/local.d/worker-controller.inc\nbind_socket = "127.0.0.1:11334";\npassword = "▒";\nsecure_ip = "127.0.0.1";',
    ),
    (
        "trino catalog",
        password(BARE),
        "connector.name=postgresql\nconnection-url=jdbc:postgresql://pg1.dwh.local:5432/sales\nconnection-user=trino\n"
        "connection-password=▒",
    ),
    (
        "hive-site",
        password(),
        "<configuration>\n  <property>\n    <name>javax.jdo.option.ConnectionUserName</name>\n    <value>hive</value>\n"
        "  </property>\n  <property>\n    <name>javax.jdo.option.ConnectionPassword</name>\n    <value>▒</value>\n  </property>\n"
        "</configuration>",
    ),
    (
        "pentaho",
        key("2be98afc86aa7f2e4{h15}"),
        "<connection>\n  <name>dwh</name>\n  <server>dwh01</server>\n  <type>ORACLE</type>\n  <database>DWH</database>\n"
        "  <port>1521</port>\n  <username>etl</username>\n  <password>Encrypted ▒</password>\n</connection>",
    ),
    (
        "liberty",
        hidden_by_xor,
        '<server description="orders">\n  <featureManager><feature>jdbc-4.3</feature></featureManager>\n'
        '  <dataSource jndiName="jdbc/orders" jdbcDriverRef="db2">\n'
        '    <properties.db2.jcc serverName="db2p" portNumber="50000" databaseName="ORD"\n'
        '        user="ordapp" password="{xor}▒"/>\n  </dataSource>\n</server>',
    ),
    ("asadmin password file", password(BARE), "AS_ADMIN_PASSWORD=▒"),
    (
        "hammer",
        password(),
        ":foreman:\n  :enable_module: true\n  :host: 'https://foreman.example.com'\n  :username: 'admin'\n  :password: '▒'\n"
        "  :refresh_cache: false",
    ),
    (
        "scaleway",
        uuid,
        "access_key: SCWEXAMPLE7K2Q9XN4TB\nsecret_key: ▒\ndefault_organization_id: 0f2d7c1a-aaaa-4bbb-8ccc-1234567890ab\n"
        "default_region: fr-par\ndefault_zone: fr-par-1",
    ),
    (
        "tuya",
        key("{l16}"),
        "localtuya:\n  - host: 192.168.1.43\n    device_id: bf3a90c1d277e1d0aafxyz\n    local_key: ▒\n"
        '    friendly_name: Heater plug\n    protocol_version: "3.3"',
    ),
    ("emqx", password(), 'dashboard {\n  listeners.http.bind = 18083\n  default_username = "admin"\n  default_password = "▒"\n}'),
    (
        "rabbitmq definitions",
        in_base64(36),
        '{\n  "users": [\n    {\n      "name": "worker",\n      "password_hash": "▒",\n'
        '      "hashing_algorithm": "rabbit_password_hashing_sha256",\n      "tags": ""\n    }\n  ],\n'
        '  "vhosts": [{"name": "/"}]\n}',
    ),
    (
        "pgbackrest",
        in_base64(48),
        "[global]\nrepo1-path=/var/lib/pgbackrest\nrepo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass=▒\nrepo1-retention-full=2\n\n"
        "[main]\npg1-path=/var/lib/postgresql/15/main",
    ),
    (
        "sogo",
        password(ADDRESS),
        '{\n  SOGoProfileURL = "mysql://sogo:▒@127.0.0.1:3306/sogo/sogo_user_profile";\n  SOGoLanguage = German;\n'
        "  SOGoTimeZone = Europe/Berlin;\n}",
    ),
]

COMMANDS: list[Template] = [
    (
        "mariabackup",
        password(SHELL),
        "mariabackup --backup --target-dir=/backup/full --user=mariabackup --password=▒\n"
        "mariabackup --prepare --target-dir=/backup/full",
    ),
    ("firebird", password(SHELL), "isql-fb -user SYSDBA -password ▒ localhost:/srv/fb/kasse.fdb -i update_42.sql"),
    (
        "arangosh",
        password(LITERAL),
        "arangosh --server.endpoint tcp://127.0.0.1:8529 --server.username root --server.password '▒' --javascript.execute "
        "migrate.js",
    ),
    (
        "couchbase",
        password(SHELL),
        "couchbase-cli bucket-create -c 10.2.0.4:8091 -u Administrator -p ▒ \\\n"
        "  --bucket sessions --bucket-type couchbase --bucket-ramsize 512",
    ),
    ("sqlldr", password(ORACLE), "sqlldr userid=stage/▒@ORCLPDB1 control=load_items.ctl log=load_items.log bad=load_items.bad"),
    ("cmdkey", password(BARE), "cmdkey /add:files01.corp.local /user:CORP\\backup /pass:▒"),
    ("hdiutil", password(LITERAL), "echo -n '▒' | hdiutil attach -stdinpass ~/Archive/taxes.dmg"),
    (
        "jfrog",
        key("cmVmdGtu{w64}"),
        "jf config add main --url=https://artifacts.example.com --access-token=▒ --interactive=false\njf rt ping",
    ),
    (
        "tailscale",
        key("tskey-auth-k{w11}CNTRL-{w32}"),
        "curl -fsSL https://tailscale.com/install.sh | sh\ntailscale up --authkey=▒ --hostname=edge-03 --advertise-tags=tag:edge",
    ),
    ("rar", password(SHELL), "rar a -r -hp▒ ~/backup/contracts.rar ~/Documents/contracts"),
    ("sentry-cli", key("sntrys_eyJpYXQiOjE3{w120}_{B43}"), "sentry-cli --auth-token ▒ releases new web@3.2.0"),
    (
        "notarytool",
        key("{L4}-{L4}-{L4}-{L4}"),
        "xcrun notarytool submit build/App.zip --apple-id dev@example.com --team-id 9XK2EXAMPL \\\n  --password ▒ --wait",
    ),
    (
        "kubeadm join",
        key("{l6}.{l16}"),
        "kubeadm join 10.10.0.5:6443 --token ▒ \\\n"
        "    --discovery-token-ca-cert-hash sha256:7c2e69131a36ae2a042a339b33381c6d0d43887e2de83720eff5359e26aec866",
    ),
    ("gh login", key("ghp_{w36}"), 'gh auth login --hostname github.com --with-token <<< "▒"\ngh repo list my-org --limit 5'),
    ("kinit", password(LITERAL), "echo '▒' | kinit svc_hdfs@CORP.LOCAL\nhdfs dfs -ls /user/svc_hdfs"),
]


def held_out_forms(chance: random.Random) -> list[Form]:
    """All forms of this half, each with a newly made secret of its kind.

    No rule is written and no weight is learned from this set; keep it so.
    """
    return filled((*SETTINGS, *COMMANDS, *CODE, *PIPELINES, *RECORDS, *PROSE), chance)
