"""Forms that a fourth author chose: programs that keep passwords, as listed by tools that gather credentials.

Source: the programs of LaZagne (https://github.com/AlessandroZ/LaZagne) and of the `post/*/gather` modules of Metasploit
(https://github.com/rapid7/metasploit-framework), each in the format that its own manual gives; the texts are our own. Each run
makes up new passwords in the way people do, so that no rule can know them.
"""

from __future__ import annotations

import base64
import random

from support.backends.key_forms import made
from support.backends.secret_files import Form

WORDS = ["river", "copper", "maple", "falcon", "velvet", "harbor", "pepper", "saturn", "walnut", "orchid", "granite", "lantern"]
_LEET = str.maketrans("aeios", "43105")


def chosen(chance: random.Random) -> str:
    """A password as people choose it: words with a number and a sign, digits in place of letters, or two words alone."""
    first, second = chance.sample(WORDS, 2)
    number, sign = chance.randrange(10, 2030), chance.choice("!#?*")
    return chance.choice(
        (f"{first}{number}", f"{first.title()}{number}{sign}", f"{first}{second}", f"{first.translate(_LEET)}{number % 100}{sign}")
    )


def gathered_forms(chance: random.Random) -> list[Form]:
    """All forms of this module, each with a newly made secret of its kind."""
    weak = chosen(chance)
    return [
        *_transfer(weak, chance),
        *_networks(weak, chance),
        *_mail_and_chat(weak, chance),
        *_databases(weak, chance),
        *_devices(weak, chance),
        *_servers(weak, chance),
        *_windows(weak, chance),
    ]


def _transfer(weak: str, chance: random.Random) -> list[Form]:
    short = base64.b64encode(weak.encode()).decode() + "c3Vm"
    hexed = made("{H36}", chance)
    return [
        ("filezilla site", f"<Server><Host>h</Host><User>alice</User><Pass>{weak}</Pass></Server>", weak),
        ("filezilla site, encoded", f'<User>alice</User>\n<Pass encoding="base64">{short}</Pass>\n', short),
        ("winscp session", f"[Sessions\\a]\nHostName=h\nUserName=alice\nPassword={hexed}\n", hexed),
        ("flashfxp site", f"[a]\nIP=h\nport=21\nuser=alice\npass={weak}\n", weak),
        ("git credentials", f"https://alice:{weak}@git.example.org\n", weak),
        ("mercurial", f"[auth]\na.prefix = h\na.username = alice\na.password = {weak}\n", weak),
        ("subversion proxy", f"[global]\nhttp-proxy-username = alice\nhttp-proxy-password = {weak}\n", weak),
        ("rclone remote", f"[a]\ntype = sftp\nuser = alice\npass = {weak}\n", weak),
        ("restic variable", f"RESTIC_PASSWORD={weak} restic -r a snapshots\n", weak),
        ("borgmatic", f'encryption_passphrase: "{weak}"\n', weak),
        ("aria2", f"enable-rpc=true\nrpc-secret={weak}\n", weak),
        ("transmission", f'{{"rpc-enabled": true, "rpc-password": "{weak}"}}', weak),
    ]


def _networks(weak: str, chance: random.Random) -> list[Form]:
    sealed = made("{B43}", chance) + "="
    return [
        ("cifs in fstab", f"//srv/a /mnt cifs username=alice,password={weak},uid=1000 0 0\n", weak),
        ("cifs credentials", f"username=alice\npassword={weak}\ndomain=A\n", weak),
        ("networkmanager wifi", f"[wifi-security]\nkey-mgmt=wpa-psk\npsk={weak}\n", weak),
        ("networkmanager vpn", f"[vpn-secrets]\nXauth password={weak}\n", weak),
        ("supplicant eap", f'network={{\n  identity="alice"\n  password="{weak}"\n}}\n', weak),
        ("vpnc", f"IPSec gateway h\nIPSec ID a\nIPSec secret {weak}\n", weak),
        ("vpnc user", f"Xauth username alice\nXauth password {weak}\n", weak),
        ("racoon keys", f"10.0.0.1\t{weak}\n", weak),
        ("hostapd", f"ssid=a\nwpa=2\nwpa_passphrase={weak}\n", weak),
        ("hostapd radius", f"auth_server_addr=10.0.0.1\nauth_server_shared_secret={weak}\n", weak),
        ("pap secrets", f'"alice" "*" "{weak}"\n', weak),
        ("remmina", f"[remmina]\nname=a\nusername=alice\npassword={sealed}\n", sealed),
        ("ddclient", f"protocol=dyndns2\nlogin=alice, password='{weak}' a.example.org\n", weak),
    ]


def _mail_and_chat(weak: str, chance: random.Random) -> list[Form]:
    return [
        ("pidgin", f"<account>\n <protocol>prpl-jabber</protocol>\n <name>alice@h</name>\n <password>{weak}</password>\n", weak),
        ("postfix relay", f"[smtp.example.org]:587 alice:{weak}\n", weak),
        ("msmtp", f"account a\nhost h\nuser alice\npassword {weak}\n", weak),
        ("ssmtp", f"mailhub=h:587\nAuthUser=alice\nAuthPass={weak}\n", weak),
        ("mutt", f'set imap_user = "alice"\nset imap_pass = "{weak}"\n', weak),
        ("getmail", f"[retriever]\ntype = SimpleIMAPSSLRetriever\nusername = alice\npassword = {weak}\n", weak),
        ("weechat", f'libera.sasl_username = "alice"\nlibera.sasl_password = "{weak}"\n', weak),
        ("prosody", f'Component "a.example.org"\n  component_secret = "{weak}"\n', weak),
        ("ejabberd", f"sql_username: ejabberd\nsql_password: {weak}\n", weak),
        ("hmailserver", f"[Security]\nAdministratorPassword={weak}\n", weak),
        ("mumble", f"users=100\nserverpassword={weak}\n", weak),
        ("mosquitto bridge", f"connection a\nremote_username alice\nremote_password {weak}\n", weak),
    ]


def _databases(weak: str, chance: random.Random) -> list[Form]:
    return [
        ("robomongo", f'{{"serverHost": "h", "userName": "alice", "userPassword": "{weak}"}}', weak),
        ("dbvisualizer", f"<Userid>alice</Userid>\n<Password>{weak}</Password>\n", weak),
        ("phpmyadmin", f"$cfg['Servers'][$i]['password'] = '{weak}';\n", weak),
        ("couchdb admins", f"[admins]\nadmin = {weak}\n", weak),
        ("cacti", f"$database_username = 'cacti';\n$database_password = '{weak}';\n", weak),
        ("zabbix", f"DBUser=zabbix\nDBPassword={weak}\n", weak),
        ("vbulletin", f"$config['MasterServer']['password'] = '{weak}';\n", weak),
        ("grafana admin", f"[security]\nadmin_user = admin\nadmin_password = {weak}\n", weak),
        ("kibana", f'elasticsearch.username: "kibana"\nelasticsearch.password: "{weak}"\n', weak),
        ("influx", f'[[outputs.influxdb]]\n  username = "a"\n  password = "{weak}"\n', weak),
        ("maxscale", f"[a]\ntype=service\nuser=alice\npassword={weak}\n", weak),
    ]


def _devices(weak: str, chance: random.Random) -> list[Form]:
    sealed, junos = made("{B64}", chance), made("{w30}", chance)
    return [
        ("openwrt wireless", f"config wifi-iface\n  option encryption 'psk2'\n  option key '{weak}'\n", weak),
        ("mikrotik wireless", f"set [ find default=yes ] mode=dynamic-keys wpa2-pre-shared-key={weak}\n", weak),
        ("cisco ppp", f"interface Dialer1\n ppp chap hostname a\n ppp chap password 0 {weak}\n", weak),
        ("cisco community", f"snmp-server community {weak} RO\n", weak),
        ("cisco tacacs", f"tacacs-server host 10.0.0.1\ntacacs-server key {weak}\n", weak),
        ("fortinet", f"edit admin\n  set password ENC {sealed}\nnext\n", sealed),
        ("juniper", f'radius-server 10.0.0.1 secret "$9${junos}";\n', junos),
        ("asterisk peer", f"[100]\ntype=friend\nhost=dynamic\nsecret={weak}\n", weak),
        ("freeradius user", f'alice Cleartext-Password := "{weak}"\n', weak),
        ("freeradius client", f"client a {{\n  ipaddr = 10.0.0.1\n  secret = {weak}\n}}\n", weak),
        ("ipmi", f"ipmitool -I lanplus -H h -U admin -P {weak} chassis status\n", weak),
        ("snmpd", f"rocommunity {weak} 10.0.0.0/8\n", weak),
    ]


def _servers(weak: str, chance: random.Random) -> list[Form]:
    digest, sealed = made("{h32}", chance), made("{B43}", chance) + "="
    return [
        ("htdigest", f"alice:private:{digest}\n", digest),
        ("squid manager", f"cachemgr_passwd {weak} all\n", weak),
        ("bitcoin", f"rpcuser=alice\nrpcpassword={weak}\n", weak),
        ("minecraft", f"enable-rcon=true\nrcon.password={weak}\n", weak),
        ("libvirt display", f"<graphics type='vnc' port='5900' passwd='{weak}'/>\n", weak),
        ("vmware display", f'RemoteDisplay.vnc.password = "{weak}"\n', weak),
        ("x11vnc", f"x11vnc -display :0 -passwd {weak} -forever\n", weak),
        ("nslcd", f"binddn cn=a,dc=b\nbindpw {weak}\n", weak),
        ("sssd", f"[domain/a]\nldap_default_bind_dn = cn=a\nldap_default_authtok = {weak}\n", weak),
        ("gitlab mail", f"gitlab_rails['smtp_user_name'] = \"a\"\ngitlab_rails['smtp_password'] = \"{weak}\"\n", weak),
        ("weblogic", f"username={{AES}}{sealed}\npassword={{AES}}{sealed}\n", sealed),
        ("helm repository", f"repositories:\n- name: a\n  username: alice\n  password: {weak}\n", weak),
    ]


def _windows(weak: str, chance: random.Random) -> list[Form]:
    sealed, policy = made("{B86}", chance) + "==", made("{B43}", chance)
    return [
        ("sysprep", f"[GuiUnattended]\nAdminPassword={weak}\nAutoLogon=Yes\n", weak),
        ("group policy", f'<Properties action="U" newName="" cpassword="{policy}" userName="a"/>', policy),
        ("automatic logon", f'"DefaultUserName"="alice"\n"DefaultPassword"="{weak}"\n', weak),
        ("automatic logon, added", f"reg add HKLM\\Winlogon /v DefaultPassword /t REG_SZ /d {weak} /f\n", weak),
        ("application pool", f'<processModel identityType="SpecificUser" userName="a" password="{weak}" />', weak),
        ("mremote", f'<Node Name="a" Username="alice" Domain="" Password="{sealed}" Hostname="h" />', sealed),
        ("scheduled task", f'schtasks /create /tn a /tr b.exe /ru alice /rp "{weak}"\n', weak),
        ("psexec", f"psexec \\\\h -u alice -p {weak} cmd\n", weak),
    ]
