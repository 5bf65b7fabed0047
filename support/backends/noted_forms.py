"""Forms in which people and small programs write passwords down: game servers, home devices, network gear, notes and scripts.

Each text follows the program's manual, or what a handover document or a script looks like. The texts are our own, and no rule was
written before the set was measured. Each run makes up new passwords in the way people do.
"""

from __future__ import annotations

import random

from support.backends.gathered_forms import chosen
from support.backends.secret_files import Form


def noted_forms(chance: random.Random) -> list[Form]:
    """All forms of this module, each with a newly made secret of its kind."""
    weak = chosen(chance)
    return [*_games(weak), *_homes(weak), *_gear(weak), *_notes(weak), *_scripts(weak)]


def _games(weak: str) -> list[Form]:
    return [
        ("minecraft console", f"enable-rcon=true\nrcon.port=25575\nrcon.password={weak}\n", weak),
        ("source game server", f'hostname "a"\nrcon_password "{weak}"\nsv_cheats 0\n', weak),
        ("quake server", f'set rconPassword "{weak}"\nset sv_maxclients 8\n', weak),
        ("factorio", f'{{"name": "a", "username": "alice", "game_password": "{weak}"}}', weak),
        ("valheim", f"./valheim_server.x86_64 -name a -port 2456 -world b -password {weak}\n", weak),
        ("terraria", f"world=/a.wld\nport=7777\npassword={weak}\n", weak),
        ("ark launch", f"ShooterGameServer TheIsland?listen?SessionName=a?ServerAdminPassword={weak} -server\n", weak),
        ("rust launch", f"RustDedicated -batchmode +server.port 28015 +rcon.password {weak} +rcon.port 28016\n", weak),
        ("arma", f'hostname = "a";\npasswordAdmin = "{weak}";\nmaxPlayers = 10;\n', weak),
        ("teamspeak query", f"login client_login_name=alice client_login_password={weak}\n", weak),
        ("mumble sdk", f"mumble://alice:{weak}@voice.example.org/a\n", weak),
        ("minetest", f"name = alice\ndefault_password = {weak}\n", weak),
    ]


def _homes(weak: str) -> list[Form]:
    return [
        ("zigbee2mqtt", f"mqtt:\n  server: mqtt://localhost\n  user: alice\n  password: {weak}\n", weak),
        ("esphome ota", f'ota:\n  - platform: esphome\n    password: "{weak}"\n', weak),
        ("tasmota", f"Backlog SSID1 home; Password1 {weak}; MqttHost a\n", weak),
        ("espeasy", f"http://192.0.2.1/control?cmd=WifiKey,{weak}\n", weak),
        ("openhab binding", f'Thing a:b:c [ hostname="192.0.2.1", username="alice", password="{weak}" ]\n', weak),
        ("homebridge", f'{{"platform": "Camera", "source": "-i rtsp://alice:{weak}@192.0.2.1/live"}}', weak),
        ("motion", f"netcam_url rtsp://192.0.2.1/live\nnetcam_userpass alice:{weak}\n", weak),
        ("frigate", f"cameras:\n  a:\n    ffmpeg:\n      inputs:\n        - path: rtsp://alice:{weak}@192.0.2.1:554/live\n", weak),
        ("node-red", f'{{"user": "alice", "credentialSecret": "{weak}"}}', weak),
        ("fritzbox call", f'fc = FritzConnection(address="192.0.2.1", user="alice", password="{weak}")\n', weak),
        ("arduino constant", f'#define WIFI_SSID "a"\n#define WIFI_PASS "{weak}"\n', weak),
        ("arduino call", f'WiFi.begin("home", "{weak}");\n', weak),
        ("blynk", f'Blynk.begin(auth, "home", "{weak}");\n', weak),
    ]


def _gear(weak: str) -> list[Form]:
    return [
        ("ios line", f"line vty 0 4\n password 0 {weak}\n login\n", weak),
        ("ios user", f"username alice privilege 15 secret 0 {weak}\n", weak),
        ("ios tacacs", f"tacacs-server host 192.0.2.1 key {weak}\n", weak),
        ("ios snmp", f"snmp-server user alice g v3 auth sha {weak} priv aes 128 x\n", weak),
        ("nxos ospf", f"interface e1/1\n  ip ospf message-digest-key 1 md5 0 {weak}\n", weak),
        ("junos radius", f'radius-server {{ 192.0.2.1 secret "{weak}"; }}\n', weak),
        ("junos set", f'set system root-authentication plain-text-password-value "{weak}"\n', weak),
        ("routeros user", f"/user add name=alice password={weak} group=full\n", weak),
        ("routeros ipsec", f"/ip ipsec identity add peer=a secret={weak}\n", weak),
        ("edgeos", f"set vpn ipsec site-to-site peer a authentication pre-shared-secret {weak}\n", weak),
        ("aruba", f"wlan ssid-profile a\n  wpa-passphrase {weak}\n", weak),
        ("procurve", f'password manager user-name "alice" plaintext "{weak}"\n', weak),
        ("opnsense", f"<ca_pass>{weak}</ca_pass>\n", weak),
    ]


def _notes(weak: str) -> list[Form]:
    return [
        ("handover list", f"- Router: 192.0.2.1, admin / {weak}\n", weak),
        ("handover sentence", f"Log in as alice with the password {weak} and change it.\n", weak),
        ("handover brackets", f"Staging: https://staging.example.org (alice/{weak})\n", weak),
        ("markdown credentials", f"**User:** alice  \n**Password:** `{weak}`\n", weak),
        ("markdown table", f"| Host | User | Password |\n|---|---|---|\n| db1 | alice | {weak} |\n", weak),
        ("comment default", f"# default login: admin, pw: {weak}\n", weak),
        ("todo comment", f"// TODO: remove, test account alice@example.org / {weak}\n", weak),
        ("chat line", f"[10:21] bob: the wifi password is {weak}\n", weak),
        ("docstring example", f'"""Connect.\n\n    >>> connect("db1", "alice", "{weak}")\n    """\n', weak),
        ("german note", f"Benutzer: alice\nKennwort: {weak}\n", weak),
        ("french note", f"utilisateur : alice\nmot de passe : {weak}\n", weak),
        ("spanish note", f"usuario = alice\nclave = {weak}\n", weak),
    ]


def _scripts(weak: str) -> list[Form]:
    return [
        ("expect script", f'expect "assword:"\nsend "{weak}\\r"\n', weak),
        ("ftp here document", f"ftp -n a <<EOF\nuser alice {weak}\nput b\nEOF\n", weak),
        ("autoit", f'Send("{weak}{{ENTER}}") ; password\n', weak),
        ("autohotkey", f"::mypw::{weak}\n", weak),
        ("vbscript", f'objConn.Open "Provider=SQLOLEDB;Data Source=a;User ID=alice;Password={weak}"\n', weak),
        ("batch file", f"net use z: \\\\server\\share {weak} /user:alice\n", weak),
        (
            "powershell login",
            f'$cred = New-Object PSCredential("alice", (ConvertTo-SecureString "{weak}" -AsPlainText -Force))\n',
            weak,
        ),
        ("cypress", f"cy.get('#password').type('{weak}')\n", weak),
        ("playwright", f"await page.getByLabel('Password').fill('{weak}');\n", weak),
    ]
