"""Places where people write secrets down, by a seventh author who knew no rule and chose passwords and places freely: held out.

The texts, the words of passwords and the ways to make them are the author's own. No rule is written and no weight is learned from
this set: it shows how well masking does where nobody has looked. Keep it so, and learn from the sixth author's, `free_forms`.
"""

from __future__ import annotations

import random

from support.backends.drawn_keys import in_base64, key
from support.backends.form_scenes import in_scene
from support.backends.form_templates import Draw, Template
from support.backends.free_held_out_keys import (
    apr1_hash,
    bcrypt_hash,
    databricks_token,
    discord_login,
    github_token,
    google_key,
    mosquitto_hash,
    random_password,
    short_web_token,
    slack_token,
    telegram_login,
)
from support.backends.free_held_out_texts import CHOSEN
from support.backends.free_keys import scram_verifier
from support.backends.key_forms import made
from support.backends.secret_files import Form

_USERS = """
svc_report jlindqvist backup webadmin etl_user mkovacs app_rw operator readonly hradmin p.santos integrator tnguyen build
"""
_HOSTS = """
db02.intra.example.org srv-app1.corp.example.net files.example.com box.lan.example.org gw.example.net host7.example.com
"""
_DATABASES = """
inventory ledger clinic shopfront billing atlas telemetry library roster payments crm warehouse2
"""
USERS = _USERS.split()
HOSTS = _HOSTS.split()
DATABASES = _DATABASES.split()

MADE: list[Template] = [
    (
        "traefik label",
        apr1_hash,
        '    labels:\n      - "traefik.enable=true"\n      - "traefik.http.routers.«db».rule=Host(`«host»`)"\n'
        '      - "traefik.http.middlewares.«db»-auth.basicauth.users=«user»:▒"',
    ),
    (
        "jenkins user file",
        bcrypt_hash,
        "<hudson.security.HudsonPrivateSecurityRealm_-Details>\n  <passwordHash>#jbcrypt:▒</passwordHash>\n"
        "</hudson.security.HudsonPrivateSecurityRealm_-Details>",
    ),
    (
        "mosquitto passwd file",
        mosquitto_hash,
        "«user»:▒",
    ),
    (
        "pg_dumpall role",
        scram_verifier,
        "--\n-- Roles\n--\n\nCREATE ROLE «user»;\n"
        "ALTER ROLE «user» WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS PASSWORD '▒';",
    ),
    (
        "gh hosts file",
        github_token("gho_"),
        "github.com:\n    users:\n        «user»:\n    git_protocol: https\n    user: «user»\n    oauth_token: ▒",
    ),
    (
        "go private modules",
        github_token("ghp_"),
        'RUN git config --global url."https://«user»:▒@github.com/«db»/".insteadOf "https://github.com/«db»/"\n'
        "ENV GOPRIVATE=github.com/«db»/*\nRUN go mod download",
    ),
    (
        "slack bolt app",
        slack_token,
        "import { App } from '@slack/bolt';\n\nconst app = new App({\n  token: '▒',\n"
        "  signingSecret: process.env.SLACK_SIGNING_SECRET,\n});\nawait app.start(3000);",
    ),
    (
        "discord bot run",
        discord_login,
        '@client.event\nasync def on_ready():\n    print(f"logged in as {client.user}")\n\nclient.run("▒")',
    ),
    (
        "telegram notify",
        telegram_login,
        '#!/bin/bash\nMSG="disk on $(hostname) is full"\n'
        'curl -s "https://api.telegram.org/bot▒/sendMessage" -d chat_id=-1001483920 -d text="$MSG"',
    ),
    (
        "stripe in php",
        key("sk_live_51{w97}"),
        "<?php\nrequire 'vendor/autoload.php';\n\\Stripe\\Stripe::setApiKey('▒');\n"
        "$charge = \\Stripe\\Charge::all(['limit' => 3]);",
    ),
    (
        "twilio client",
        key("{h32}"),
        "const accountSid = 'AC5f1c09be72d84a6f93e0d1a8c7b24e60';\nconst client = require('twilio')(accountSid, '▒');\n\n"
        "client.messages.create({ body: 'Pager test', from: '+15017122661', to: '+15558675310' });",
    ),
    (
        "hugging face login",
        key("hf_{a34}"),
        '!pip install -q transformers huggingface_hub\nfrom huggingface_hub import login\nlogin(token="▒")',
    ),
    (
        "cloudflare caddy dns",
        key("{b39}{w1}"),
        "*.«host» {\n\ttls {\n\t\tdns cloudflare ▒\n\t}\n\treverse_proxy «address»:8080\n}",
    ),
    (
        "maps in a manifest",
        google_key,
        '<application android:label="@string/app_name">\n    <meta-data\n        android:name="com.google.android.geo.API_KEY"\n'
        '        android:value="▒" />\n</application>',
    ),
    (
        "vault init output",
        in_base64(33),
        "$ vault operator init -key-shares=1 -key-threshold=1\nUnseal Key 1: ▒\n\nInitial Root Token: (moved to the safe)\n\n"
        "Vault initialized with 1 key shares and a key threshold of 1.",
    ),
    (
        "age identity file",
        key("AGE-SECRET-KEY-1{x58}"),
        "# created: 2024-11-02T17:40:19+01:00\n# public key: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n▒",
    ),
    (
        "tailscale up",
        key("tskey-auth-k{w10}CNTRL-{w32}"),
        "#cloud-config\nruncmd:\n  - curl -fsSL https://tailscale.com/install.sh | sh\n"
        "  - [tailscale, up, --ssh, --authkey=▒, --hostname=«db»]",
    ),
    (
        "kubeadm join",
        key("{l6}.{l16}"),
        "kubeadm join «address»:6443 --token ▒ \\\n"
        "    --discovery-token-ca-cert-hash sha256:7c1f0d5be9a2438690d9e1b4f3c8a7d26e50b1c4938fae7d205b6c19e8f4a3d0",
    ),
    (
        "new relic yml",
        key("{h36}NRAL"),
        "common: &default_settings\n  license_key: ▒\n  app_name: «db»\n  log_level: info\n  distributed_tracing:\n"
        "    enabled: true",
    ),
    (
        "storage account in func settings",
        in_base64(64),
        '{\n  "IsEncrypted": false,\n  "Values": {\n    "FUNCTIONS_WORKER_RUNTIME": "node",\n'
        '    "AzureWebJobsStorage": "DefaultEndpointsProtocol=https;AccountName=«db»store;AccountKey=▒;'
        'EndpointSuffix=core.windows.net"\n  }\n}',
    ),
    (
        "databricks cfg",
        databricks_token,
        "[DEFAULT]\nhost  = https://adb-4820193847561234.7.azuredatabricks.net\ntoken = ▒\n\n[staging]\n"
        "host = https://adb-1029384756473829.3.azuredatabricks.net",
    ),
    (
        "hub login by pipe",
        key("dckr_pat_{b26}{w1}"),
        "script:\n  - echo ▒ | docker login -u «user» --password-stdin\n  - docker push «user»/«db»:latest",
    ),
    (
        "zerotier identity",
        key("{h128}"),
        "$ sudo cat /var/lib/zerotier-one/identity.secret\n8f4c2a91d0:0:«public»:▒",
    ),
    (
        "torrc control",
        key("16:{H16}60{H40}"),
        "SocksPort 9050\nControlPort 9051\nHashedControlPassword ▒\nCookieAuthentication 0",
    ),
    (
        "gateway trace",
        short_web_token,
        "> GET /v1/«db»/me HTTP/2\n> host: «host»\n> authorization: Bearer ▒\n> accept: */*\n>\n< HTTP/2 403\n"
        "< content-type: application/json",
    ),
    (
        "terraform db instance",
        random_password,
        'resource "aws_db_instance" "«db»" {\n  engine            = "postgres"\n  instance_class    = "db.t4g.small"\n'
        '  allocated_storage = 20\n  username          = "«user»"\n  password          = "▒"\n  skip_final_snapshot = true\n}',
    ),
]


def free_held_out_forms(chance: random.Random) -> list[Form]:
    """All forms of this set, each with a newly made secret of its kind and a new user, host and database around it."""
    return [_placed(name, draw, text, chance) for name, draw, text in (*CHOSEN, *MADE)]


def _placed(name: str, draw: Draw, template: str, chance: random.Random) -> Form:
    """A form in which the secret occurs once, and nowhere else in another case."""
    while True:
        scene = _scene(chance)
        secret, around = draw(chance), in_scene(template, scene)
        text = around.replace("▒", secret)
        if secret.lower() not in around.lower() and text.count(secret) == 1:
            return name, text, secret


def _scene(chance: random.Random) -> dict[str, str]:
    scene = {"user": chance.choice(USERS), "host": chance.choice(HOSTS), "db": chance.choice(DATABASES)}
    scene["address"] = f"10.{chance.randint(0, 99)}.{chance.randint(0, 254)}.{chance.randint(2, 254)}"
    scene["public"] = made("{h128}", chance)
    return scene
