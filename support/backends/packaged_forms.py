"""Forms of programs in Debian whose configuration has a password, each as the manual page or an example shows it.

The programs are those whose manual page documents a setting for a password, secret or key, and that are in no earlier set; the
texts are our own. Each run makes up new passwords in the way people do.
"""

from __future__ import annotations

import base64
import random

from support.backends.gathered_forms import chosen
from support.backends.secret_files import Form


def packaged_forms(chance: random.Random) -> list[Form]:
    """All forms of this module, each with a newly made secret of its kind."""
    weak = chosen(chance)
    return [*_talking(weak), *_watching(weak), *_networks(weak, chance), *_serving(weak), *_machines(weak, chance)]


def _talking(weak: str) -> list[Form]:
    return [
        ("ngircd", f"[Operator]\n\tName = alice\n\tPassword = {weak}\n", weak),
        ("inspircd", f'<oper name="alice" password="{weak}" host="*@localhost" type="NetAdmin">\n', weak),
        (
            "inspircd link",
            f'<link name="hub.example.org" ipaddr="192.0.2.1" port="7000" sendpass="{weak}" recvpass="{weak}">\n',
            weak,
        ),
        ("atheme", f'uplink "irc.example.org" {{\n\thost = "127.0.0.1";\n\tsend_password = "{weak}";\n}};\n', weak),
        ("prosody component", f'Component "gateway.example.org"\n\tcomponent_secret = "{weak}"\n', weak),
        ("murmur", f"users=100\nserverpassword={weak}\nwelcometext=hi\n", weak),
        ("icecast", f"<authentication>\n  <source-password>{weak}</source-password>\n</authentication>\n", weak),
        ("liquidsoap", f'output.icecast(%mp3, host="localhost", port=8000, password="{weak}", mount="a.mp3", s)\n', weak),
        ("darkice", f"[icecast2-0]\nserver = localhost\nport = 8000\npassword = {weak}\nmountPoint = a\n", weak),
        ("asterisk manager", f"[alice]\nsecret = {weak}\nread = all\nwrite = all\n", weak),
        ("coturn user", f"realm=example.org\nuser=alice:{weak}\n", weak),
        ("coturn secret", f"use-auth-secret\nstatic-auth-secret={weak}\n", weak),
        (
            "spamassassin",
            f"user_scores_dsn DBI:mysql:spam:localhost\nuser_scores_sql_username alice\nuser_scores_sql_password {weak}\n",
            weak,
        ),
        ("amavis", f"@lookup_sql_dsn = ( ['DBI:mysql:database=mail;host=localhost', 'alice', '{weak}'] );\n", weak),
        ("mailman", f"[database]\nurl: postgres://alice:{weak}@localhost/mailman\n", weak),
    ]


def _watching(weak: str) -> list[Form]:
    return [
        ("icinga api", f'object ApiUser "alice" {{\n  password = "{weak}"\n  permissions = [ "*" ]\n}}\n', weak),
        ("monit", f"set httpd port 2812 and\n    allow alice:{weak}\n", weak),
        ("nut users", f"[alice]\n\tpassword = {weak}\n\tupsmon primary\n", weak),
        ("nut monitor", f"MONITOR ups@localhost 1 alice {weak} primary\n", weak),
        ("smokeping", f"*** Probes ***\n+ Radius\nusername = alice\npassword = {weak}\nsecret = x\n", weak),
        ("netdata", f"mysql:\n  local:\n    user: 'alice'\n    pass: '{weak}'\n", weak),
        ("ntopng", f'-F="mysql;localhost;ntopng;flows;alice;{weak}"\n', weak),
        ("snort output", f"output database: log, mysql, user=alice password={weak} dbname=snort host=localhost\n", weak),
        ("sysstat mail", f"curl smtps://mail.example.org --user 'alice:{weak}' -T a.txt\n", weak),
    ]


def _networks(weak: str, chance: random.Random) -> list[Form]:
    key = base64.b64encode(chance.randbytes(32)).decode()
    short = base64.b64encode(chance.randbytes(16)).decode()
    return [
        ("bind rndc", f'key "rndc-key" {{\n\talgorithm hmac-md5;\n\tsecret "{short}";\n}};\n', short),
        ("wireguard preshared", f"[Peer]\nPublicKey = a\nPresharedKey = {key}\n", key),
        ("strongswan", f'secrets {{\n  ike-1 {{\n    secret = "{weak}"\n  }}\n}}\n', weak),
        ("pptp", f"alice PPTP {weak} *\n", weak),
        ("ppp on the line", f'user "alice"\npassword "{weak}"\nrefuse-chap\n', weak),
        ("wvdial", f"[Dialer a]\nPhone = *99#\nUsername = alice\nPassword = {weak}\n", weak),
        ("freeradius users", f'alice Cleartext-Password := "{weak}"\n\tReply-Message = "Hello"\n', weak),
        ("inadyn", f"provider default@example.org {{\n    username = alice\n    password = {weak}\n}}\n", weak),
        ("frr bgp", f"router bgp 65000\n neighbor 192.0.2.1 password {weak}\n", weak),
        ("bird", f'protocol bgp a {{\n  neighbor 192.0.2.1 as 65001;\n  password "{weak}";\n}}\n', weak),
        ("quagga", f"hostname a\npassword {weak}\nenable password {weak}x\n", weak),
    ]


def _serving(weak: str) -> list[Form]:
    return [
        ("burp", f"server = a\ncname = b\npassword = {weak}\n", weak),
        ("proxysql", f'mysql_variables=\n{{\n  monitor_username="alice"\n  monitor_password="{weak}"\n}}\n', weak),
        ("pgbouncer", f'"alice" "{weak}"\n"bob" "md5x"\n', weak),
        ("pgpool", f"health_check_user = 'alice'\nhealth_check_password = '{weak}'\n", weak),
        ("haproxy", f"userlist a\n  user alice insecure-password {weak}\n", weak),
        ("couchdb", f"[admins]\nalice = {weak}\n", weak),
        ("influxdb", f'[[inputs.influxdb]]\n  username = "alice"\n  password = "{weak}"\n', weak),
        ("gitolite mirror", f"repo a\n    config remote.b.url = https://alice:{weak}@git.example.org/a\n", weak),
        ("mediawiki", f'$wgDBuser = "alice";\n$wgDBpassword = "{weak}";\n', weak),
        ("roundcube", f"$config['db_dsnw'] = 'mysql://alice:{weak}@localhost/roundcube';\n", weak),
        (
            "phpldapadmin",
            f"$servers->setValue('login','bind_id','cn=a');\n$servers->setValue('login','bind_pass','{weak}');\n",
            weak,
        ),
    ]


def _machines(weak: str, chance: random.Random) -> list[Form]:
    ceph = "AQ" + base64.b64encode(chance.randbytes(27)).decode() + "=="
    return [
        ("guacamole", f'<authorize username="alice" password="{weak}">\n', weak),
        ("xrdp", f"[Xorg]\nname=Xorg\nusername=alice\npassword={weak}\n", weak),
        ("ceph keyring", f"[client.admin]\n\tkey = {ceph}\n", ceph),
        ("drbd", f'net {{\n  cram-hmac-alg sha1;\n  shared-secret "{weak}";\n}}\n', weak),
        ("fence agent", f"primitive f stonith:fence_ipmilan params ipaddr=192.0.2.1 login=alice passwd={weak} op monitor\n", weak),
        ("cobbler", f'ipmi_pass: "{weak}"\npower_user: alice\n', weak),
        ("preseed grub", f"grub-pc grub-pc/password password {weak}\n", weak),
        ("qemu vnc", f"qemu-system-x86_64 -object secret,id=a,data={weak} -vnc :0,password-secret=a\n", weak),
        ("virsh", f'<graphics type="vnc" port="-1" passwd="{weak}"/>\n', weak),
        ("conserver", f'console a {{\n  master localhost;\n  initcmd "ipmiconsole -u alice -p {weak} -h b";\n}}\n', weak),
        ("minicom dial", f'send alice\nexpect {{\n  "word:" send {weak}\n}}\n', weak),
        ("autossh with sshpass", f"SSHPASS='{weak}' sshpass -e ssh a\n", weak),
        ("lirc web", f"web_user=alice;web_pw={weak};\n", weak),
    ]
