"""More forms of files and command lines with secrets: home folders, administrators' tools, tests and devices.

When they were first measured, before a rule was written from them, 13 of the 67 leaked at least one of 20 secrets.
"""

from __future__ import annotations

import base64
import random

from support.backends.key_forms import UUID, WEAK, made
from support.backends.secret_files import Form


def console_forms(chance: random.Random) -> list[Form]:
    """All forms of this module, each with a newly made secret of its kind."""
    weak, token, hexed = chance.choice(WEAK), made("{w32}", chance), made("{h32}", chance)
    return [
        *_homes(weak, token, hexed, made("{B40}", chance), made(UUID, chance)),
        *_administration(weak),
        *_probes(weak, token),
        *_tests(weak),
        *_devices(weak),
        *_sql(weak, base64.b64encode(chance.randbytes(32)).decode()),
    ]


def _homes(weak: str, token: str, hexed: str, aws: str, uuid: str) -> list[Form]:
    return [
        ("boto", f"[Credentials]\ngs_access_key_id = GOOGX\ngs_secret_access_key = {aws}\n", aws),
        ("minio config", f'"accessKey": "a", "secretKey": "{token}", "api": "S3v4"', token),
        ("mpd", f'password "{weak}@read,add,control"\n', weak),
        ("ncmpcpp", f'mpd_host = "h"\nmpd_password = "{weak}"\n', weak),
        ("ddclient", f"login=alice\npassword='{weak}'\nhome.example.org\n", weak),
        ("cloudflared", f"TUNNEL_TOKEN={token}\n", token),
        ("ngrok", f"version: 2\nauthtoken: {token}\n", token),
        ("frp", f'[auth]\nauth.token = "{token}"\n', token),
        ("syncthing", f"<gui enabled=\"true\">\n<apikey>{token}</apikey>\n</gui>\n", token),
        ("sabnzbd", f"[misc]\napi_key = {hexed}\n", hexed),
        ("radarr", f"<Config>\n<ApiKey>{hexed}</ApiKey>\n</Config>\n", hexed),
        ("spotifyd", f'[global]\nusername = "a"\npassword = "{weak}"\n', weak),
        ("taskwarrior", f"taskd.credentials=Public/alice/{uuid}\n", uuid),
        ("mutt variable", f'set my_pass = "{weak}"\nset imap_pass = $my_pass\n', weak),
        ("aria2", f"enable-rpc=true\nrpc-secret={weak}\n", weak),
        ("curlrc", f'user = "alice:{weak}"\n', weak),
        ("wgetrc", f"http_user = a\nhttp_password = {weak}\n", weak),
        ("yum repository", f"[r]\nbaseurl=https://h\nusername=a\npassword={weak}\n", weak),
        ("dnf proxy", f"proxy=http://p:3128\nproxy_password={weak}\n", weak),
    ]  # fmt: skip


def _administration(weak: str) -> list[Form]:
    return [
        ("subscription manager", f"subscription-manager register --username a --password {weak}", weak),
        ("hiera", f"profile::db::password: '{weak}'\n", weak),
        ("knife", f"knife bootstrap h -x alice -P {weak}", weak),
        ("salt roster", f"web1:\n  host: h\n  user: root\n  passwd: {weak}\n", weak),
        ("fabric", f'Connection("h", connect_kwargs={{"password": "{weak}"}})', weak),
        ("capistrano", f"set :user, 'deploy'\nset :password, '{weak}'\n", weak),
        ("proxmox", f"pvesh set /access/password --userid a@pam --password {weak}", weak),
        ("qemu secret", f"qemu-img info --object secret,id=s0,data={weak} a.luks", weak),
        ("vmrun", f"vmrun -T ws -gu alice -gp {weak} listProcessesInGuest a.vmx", weak),
        ("ovftool", f"ovftool a.ova vi://root:{weak}@h/", weak),
        ("esxcli", f"esxcli -s h -u root -p {weak} system version get", weak),
        ("powercli", f"Connect-VIServer -Server h -User a -Password {weak}", weak),
        ("net rpc", f"net rpc user -U alice%{weak} -S h", weak),
        ("winexe", f"winexe -U D/alice%{weak} //h cmd", weak),
    ]


def _probes(weak: str, token: str) -> list[Form]:
    return [
        ("impacket", f"psexec.py D/alice:{weak}@h", weak),
        ("crackmapexec", f"crackmapexec smb h -u alice -p {weak}", weak),
        ("sqlmap", f'sqlmap -u https://h --auth-type Basic --auth-cred="alice:{weak}"', weak),
        ("wpscan", f"wpscan --url https://h --api-token {token}", token),
        ("ab", f"ab -n 10 -A alice:{weak} http://h/", weak),
        ("k6", f"http.get('https://alice:{weak}@h/');", weak),
        ("locust", f'self.client.post("/login", {{"username": "a", "password": "{weak}"}})', weak),
    ]


def _tests(weak: str) -> list[Form]:
    return [
        ("setter", f'user.setPassword("{weak}");', weak),
        ("factory", f'factory :user do\n  email {{ "a@b.c" }}\n  password {{ "{weak}" }}\nend\n', weak),
        ("rspec", f"let(:password) {{ '{weak}' }}", weak),
        ("fixture", f"one:\n  password_digest: <%= BCrypt::Password.create('{weak}') %>\n", weak),
        ("django user", f'User.objects.create_user("alice", "a@b.c", "{weak}")', weak),
        ("django login", f'self.client.login(username="a", password="{weak}")', weak),
        ("rails seeds", f"User.create!(email: 'a@b.c', password: '{weak}', admin: true)", weak),
        ("laravel seeder", f"'password' => Hash::make('{weak}'),", weak),
        ("spring test", f'mvc.perform(get("/").with(httpBasic("alice", "{weak}")))', weak),
        ("c# model", f'new LoginModel {{ Email = "a@b.c", Password = "{weak}" }}', weak),
        ("go request", f'req.SetBasicAuth("alice", "{weak}")', weak),
        ("phoenix test", f'attrs = %{{email: "a@b.c", password: "{weak}"}}', weak),
    ]


def _devices(weak: str) -> list[Form]:
    return [
        ("access point", f'static const char AP_PSK[] = "{weak}";', weak),
        ("arduino wifi", f'WiFi.begin("home", "{weak}");', weak),
        ("micropython", f"wlan.connect('home', '{weak}')", weak),
        ("mqtt client", f'client.connect("id", "alice", "{weak}");', weak),
        ("zephyr", f'CONFIG_WIFI_PSK="{weak}"\n', weak),
    ]


def _sql(weak: str, key: str) -> list[Form]:
    return [
        ("mysql variable", f"SET @password = '{weak}';", weak),
        ("pl/sql", f"  v_password VARCHAR2(30) := '{weak}';", weak),
        ("t-sql", f"DECLARE @pw NVARCHAR(50) = N'{weak}'", weak),
        ("database link", f"CREATE DATABASE LINK l CONNECT TO a IDENTIFIED BY {weak} USING 'x';", weak),
        ("change master", f"CHANGE MASTER TO MASTER_USER='a', MASTER_PASSWORD='{weak}';", weak),
        ("subscription", f"CREATE SUBSCRIPTION s CONNECTION 'host=h user=a password={weak}' PUBLICATION p;", weak),
        ("standby", f"primary_conninfo = 'host=h user=a password={weak}'\n", weak),
        ("sentinel", f"sentinel auth-pass mymaster {weak}\n", weak),
        ("always encrypted", f"  MASTER KEY ENCRYPTION BY PASSWORD = '{weak}';", weak),
        ("libvirt secret", f"virsh secret-set-value 5c1e {key}", key),
    ]
