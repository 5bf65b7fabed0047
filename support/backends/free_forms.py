"""Places where people write secrets down, by a sixth author who knew no rule and chose passwords and places freely.

The texts, the words of passwords and the ways to make them are the author's own. Rules may be written from this set.
"""

from __future__ import annotations

import random

from support.backends.drawn_keys import in_base64
from support.backends.form_scenes import in_scene
from support.backends.form_templates import Draw, Template
from support.backends.free_keys import (
    ALNUM,
    BASE32,
    HEX,
    TOKEN,
    age_key,
    apr1_doubled,
    argon2_hash,
    bech32,
    checked,
    conda_token,
    discord_token,
    elastic_key,
    guid,
    kubeadm_token,
    mailgun_key,
    quoted_base64,
    rke2_token,
    scram_verifier,
    some,
    telegram_token,
)
from support.backends.free_texts import CHOSEN
from support.backends.secret_files import Form

USERS = (
    *("svc_report", "deploy", "jvdberg", "mrossi", "etl", "webapp"),
    *("backupusr", "k.nowak", "sysop", "apiuser", "lab_rw", "tester"),
)
HOSTS = (
    *("db01.corp.lan", "srv-files.example.net", "intern.voorbeeld.nl"),
    *("stage2.example.com", "pg.lab.example.edu", "build.example.org"),
)
BASES = ("orders", "warehouse", "crm", "ledger", "inventory", "telemetry", "portal", "payroll", "catalog", "bookings")
SHORTEST = {"wlan profile": 8}
"""How many signs a place asks for at least."""

MADE: list[Template] = [
    (
        "age key",
        age_key,
        "# created: 2023-08-1«d»T11:02:41+02:00\n# public key: «agepub»\n▒",
    ),
    (
        "kubeadm join",
        kubeadm_token,
        "sudo kubeadm join 10.0.0.«n»:6443 --token ▒ \\\n    --discovery-token-unsafe-skip-ca-verification --node-name worker-0«d»",
    ),
    (
        "rke2 config",
        rke2_token,
        '# /etc/rancher/rke2/config.yaml\nserver: https://«host»:9345\ntoken: ▒\nnode-label:\n  - "role=worker"\ntls-san:\n'
        "  - «host»",
    ),
    (
        "traefik label",
        apr1_doubled,
        '  dashboard:\n    image: traefik:v2.10\n    labels:\n      - "traefik.enable=true"\n'
        '      - "traefik.http.routers.dash.rule=Host(`«host»`)"\n      - "traefik.http.routers.dash.middlewares=auth"\n'
        '      - "traefik.http.middlewares.auth.basicauth.users=«user»:▒"',
    ),
    (
        "event hub",
        in_base64(32),
        '{\n  "IsEncrypted": false,\n  "Values": {\n    "FUNCTIONS_WORKER_RUNTIME": "dotnet",\n'
        '    "EventHub": "Endpoint=sb://«db».servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=▒"\n  }\n}',
    ),
    (
        "sas address",
        quoted_base64,
        "azcopy copy './dist/*' \\\n  "
        "'https://«db»static.blob.core.windows.net/$web?sv=2022-11-02&ss=b&srt=co&sp=rwl&se=2025-01-01T00:00:00Z&spr=https&sig=▒' "
        "\\\n  --recursive",
    ),
    (
        "hcloud cli",
        some(ALNUM, 64),
        'active_context = "«db»"\n\n[[contexts]]\n  name = "«db»"\n  token = "▒"',
    ),
    (
        "scaleway config",
        guid,
        "access_key: SCW7T0GZ0P«n»XWQ2MVKD\nsecret_key: ▒\ndefault_region: nl-ams\ndefault_zone: nl-ams-1",
    ),
    (
        "aliyun config",
        some(ALNUM, 30),
        '{\n  "current": "default",\n  "profiles": [\n    {\n      "name": "default",\n      "mode": "AK",\n'
        '      "access_key_id": "LTAI5tQ8vWn2«n»rGkYdXbM7c",\n      "access_key_secret": "▒",\n      "region_id": "eu-central-1"\n'
        "    }\n  ]\n}",
    ),
    (
        "heroku config",
        some(HEX, 128),
        "heroku create «db»-staging --region eu\nheroku addons:create heroku-postgresql:mini\n"
        "heroku config:set RAILS_ENV=production SECRET_KEY_BASE=▒\ngit push heroku main",
    ),
    (
        "gitlab runner register",
        some(TOKEN, 20, "GR1348941"),
        "gitlab-runner register --non-interactive \\\n  --url https://«host»/ \\\n  --registration-token ▒ \\\n"
        '  --executor docker --docker-image alpine:3.18 \\\n  --description "«db» builder"',
    ),
    (
        "actions runner config",
        some(BASE32, 28, "A"),
        "mkdir actions-runner && cd actions-runner\ntar xzf ../actions-runner-linux-x64-2.311.0.tar.gz\n"
        "./config.sh --url https://github.com/«user»/«db» --token ▒\nsudo ./svc.sh install",
    ),
    (
        "codecov upload",
        guid,
        "script:\n  - pytest --cov=«db» --cov-report=xml\nafter_success:\n"
        "  - bash <(curl -s https://codecov.io/bash) -f coverage.xml -t ▒",
    ),
    (
        "gocd agent",
        guid,
        "agent.auto.register.key=▒\nagent.auto.register.resources=linux,docker,jdk17\nagent.auto.register.environments=«db»\n"
        "agent.auto.register.hostname=agent-0«d»",
    ),
    (
        "anaconda channel",
        conda_token,
        "name: «db»\nchannels:\n  - https://conda.anaconda.org/t/▒/«user»\n  - conda-forge\ndependencies:\n  - python=3.10\n"
        "  - numpy",
    ),
    (
        "git insteadof",
        checked("ghp_"),
        '[user]\n\tname = «user»\n\temail = «user»@example.com\n[url "https://«user»:▒@github.com/"]\n'
        "\tinsteadOf = https://github.com/\n[pull]\n\trebase = true",
    ),
    (
        "bunfig",
        checked("npm_"),
        '[install]\nregistry = "https://registry.npmjs.org"\n\n[install.scopes]\n'
        '"@«db»" = { token = "▒", url = "https://registry.npmjs.org/" }',
    ),
    (
        "vss feed endpoints",
        some(BASE32.lower(), 52),
        "export NUGET_CREDENTIALPROVIDER_SESSIONTOKENCACHE_ENABLED=true\n"
        'export VSS_NUGET_EXTERNAL_FEED_ENDPOINTS=\'{"endpointCredentials": [{"endpoint":\n'
        '  "https://pkgs.dev.azure.com/«user»/_packaging/«db»/nuget/v3/index.json", "username":"build", "password":"▒"}]}\'\n'
        "dotnet restore --interactive false",
    ),
    (
        "apikey scheme header",
        elastic_key,
        "> GET /_cluster/health?pretty HTTP/1.1\n> Host: «host»:9200\n> Authorization: ApiKey ▒\n> Accept: */*\n"
        "< HTTP/1.1 200 OK\n< content-type: application/json; charset=UTF-8",
    ),
    (
        "graylog root",
        some(HEX, 64),
        "is_leader = true\nnode_id_file = /etc/graylog/server/node-id\nroot_username = «user»\nroot_password_sha2 = ▒\n"
        "root_timezone = Europe/Rome\nhttp_bind_address = 0.0.0.0:9000",
    ),
    (
        "twilio client",
        some(HEX, 32),
        'from twilio.rest import Client\n\naccount_sid = "AC4f1c0e8a72b9d3650b1e97c2ad48«n»f0"\nauth_token = "▒"\n'
        "client = Client(account_sid, auth_token)\n"
        'client.messages.create(to="+31612345678", from_="+15005550006", body="backup of «db» finished")',
    ),
    (
        "mailgun send",
        mailgun_key,
        'def notify(subject, body):\n    return requests.post(\n        "https://api.mailgun.net/v3/mg.«host»/messages",\n'
        '        auth=("api", "▒"),\n        data={"from": "ops@«host»", "to": "«user»@«host»", "subject": subject, "text": body})',
    ),
    (
        "telegram bot",
        telegram_token,
        "#!/usr/bin/env bash\nTEXT=\"disk usage on $(hostname): $(df -h / | tail -1 | awk '{print $5}')\"\n"
        'curl -s "https://api.telegram.org/bot▒/sendMessage" -d chat_id=-100«n»4412 -d text="$TEXT" > /dev/null',
    ),
    (
        "discord run",
        discord_token,
        "intents = discord.Intents.default()\nclient = commands.Bot(command_prefix='!', intents=intents)\n\n@client.command()\n"
        "async def ping(ctx):\n    await ctx.send('pong')\n\nclient.run('▒')",
    ),
    (
        "newrelic yml",
        some(HEX, 36, after="NRAL"),
        "common: &default_settings\n  license_key: '▒'\n  app_name: «db»\n  log_level: info\nproduction:\n  <<: *default_settings",
    ),
    (
        "authelia users",
        argon2_hash,
        'users:\n  «user»:\n    disabled: false\n    displayname: "Home Admin"\n    password: "▒"\n    email: «user»@example.net\n'
        "    groups: [admins, dev]",
    ),
    (
        "role dump scram",
        scram_verifier,
        "--\n-- PostgreSQL database cluster dump\n--\nCREATE ROLE «user»;\n"
        "ALTER ROLE «user» WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS PASSWORD '▒';\n"
        "GRANT «db»_read TO «user»;",
    ),
]


def free_forms(chance: random.Random) -> list[Form]:
    """All forms of this set, each with a newly made secret of its kind and a new user, host and database around it."""
    return [_placed(name, draw, text, chance) for name, draw, text in (*CHOSEN, *MADE)]


def _placed(name: str, draw: Draw, template: str, chance: random.Random) -> Form:
    """A form in which the secret is as long as its place asks for, and occurs once."""
    while True:
        scene = _scene(chance)
        if name == "nixos user":
            scene["user"] = scene["user"].replace(".", "")  # no name of a user has a dot there
        if "«agepub»" in template:
            scene["agepub"] = bech32("age", chance.randbytes(32))
        secret = draw(chance)
        text = in_scene(template, scene).replace("▒", secret)
        if len(secret) >= SHORTEST.get(name, 0) and text.count(secret) == 1:
            return name, text, secret


def _scene(chance: random.Random) -> dict[str, str]:
    user, host, base = chance.choice(USERS), chance.choice(HOSTS), chance.choice(BASES)
    return {"user": user, "host": host, "db": base, "n": str(chance.randint(11, 99)), "d": str(chance.randint(1, 9))}
