"""Forms in which passwords are written down at work: tickets, spreadsheets, runbooks, interactive sessions and less common tools.

The texts are our own, and no rule was written before the set was measured. Each run makes up new passwords in the way people do.
"""

from __future__ import annotations

import random

from support.backends.gathered_forms import chosen
from support.backends.secret_files import Form


def office_forms(chance: random.Random) -> list[Form]:
    """All forms of this module, each with a newly made secret of its kind."""
    weak = chosen(chance)
    return [*_tickets(weak), *_tables(weak), *_sessions(weak), *_tools(weak), *_code(weak), *_systems(weak)]


def _tickets(weak: str) -> list[Form]:
    return [
        ("ticket, new account", f"Your account is ready.\n\nLogin: a.lice\nInitial password: {weak}\n", weak),
        ("ticket, reset", f"I have reset it for you, the new one is: {weak}\n", weak),
        ("mail, attachment", f"The archive is encrypted, open it with {weak}\n", weak),
        ("mail, guest network", f"Guest WLAN: office-guest\nKey: {weak}\n", weak),
        ("runbook step", f"3. Enter `{weak}` when it asks for the vault password.\n", weak),
        ("runbook pair", f"Jump host: ssh ops@192.0.2.7 (pw {weak})\n", weak),
        ("wiki table", f"|| Host || User || Password ||\n| db1 | root | {weak} |\n", weak),
        ("portuguese note", f"utilizador: alice\nsenha: {weak}\n", weak),
        ("italian note", f"utente alice, parola d'ordine {weak}\n", weak),
        ("code review remark", f"# TODO remove before release, pw={weak}\n", weak),
    ]


def _tables(weak: str) -> list[Form]:
    return [
        ("spreadsheet export", f"system;login;pwd;owner\ncrm;alice;{weak};bob\n", weak),
        ("tab separated", f"service\tlogin\tpassword\nmail\talice\t{weak}\n", weak),
        ("keepass export", f'"Account","Login Name","Password","Web Site"\n"a","alice","{weak}","https://example.org"\n', weak),
        ("restructured table", f"====== =========\nuser   password\n====== =========\nalice  {weak}\n====== =========\n", weak),
        ("html table", f"<tr><th>Password</th><td>{weak}</td></tr>\n", weak),
        ("definition list", f"<dt>Password</dt>\n<dd>{weak}</dd>\n", weak),
        ("fixture rows", f"users:\n  - [alice, {weak}, admin]\n", weak),
    ]


def _sessions(weak: str) -> list[Form]:
    return [
        ("ftp session", f"ftp> user alice\nPassword: {weak}\n230 Login successful.\n", weak),
        ("telnet session", f"login: alice\nPassword: {weak}\nLast login: Mon\n", weak),
        ("smtp by hand", f"AUTH LOGIN\n334 VXNlcm5hbWU6\nalice\n334 UGFzc3dvcmQ6\n{weak}\n", weak),
        ("imap by hand", f"a1 LOGIN alice {weak}\n", weak),
        ("redis by hand", f"127.0.0.1:6379> AUTH default {weak}\nOK\n", weak),
        ("passwd by stdin", f"echo {weak} | passwd --stdin alice\n", weak),
        ("sudo by stdin", f"echo {weak} | sudo -S apt-get update\n", weak),
        ("expect dialogue", f'expect "*assword:"\nsend -- "{weak}\\r"\n', weak),
        ("here document", f"gpg --passphrase-fd 0 -d a.gpg <<< {weak}\n", weak),
        ("mount option", f"mount -t cifs //nas/share /mnt -o user=alice,pass={weak},vers=3.0\n", weak),
    ]


def _tools(weak: str) -> list[Form]:
    return [
        ("wput", f"wput a.txt ftp://alice:{weak}@example.org/\n", weak),
        ("vncviewer", f"x11vnc -passwd {weak} -forever\n", weak),
        ("qpdf", f"qpdf --encrypt {weak} {weak} 256 -- a.pdf b.pdf\n", weak),
        ("hashcat mask", f"john --stdin <<< {weak}\n", weak),
    ]


def _code(weak: str) -> list[Form]:
    return [
        ("paramiko", f'ssh.connect("192.0.2.1", 22, "alice", "{weak}")\n', weak),
        ("test, typed in", f'await page.getByLabel("Password").fill("{weak}")\n', weak),
        ("compared", f'if (entered == "{weak}") {{ unlock(); }}\n', weak),
        ("default argument", f'def unlock(code="{weak}"):\n    return code\n', weak),
        ("ruby symbols", f"Mail.defaults do\n  delivery_method :smtp, user_name: 'alice', password: '{weak}'\nend\n", weak),
        ("lua table", f'local creds = {{ "alice", "{weak}" }}\n', weak),
    ]


def _systems(weak: str) -> list[Form]:
    return [
        ("autounattend", f"<AutoLogon><Password><Value>{weak}</Value></Password></AutoLogon>\n", weak),
        ("cloud-init", f"chpasswd:\n  list: |\n    root:{weak}\n", weak),
        ("ppp secrets", f"# client server secret\nalice * {weak} *\n", weak),
        ("nut", f"[upsmon]\n  password = {weak}\n  upsmon primary\n", weak),
        ("cron mail", f"0 3 * * * mysqldump -ubackup -p{weak} a > /b.sql\n", weak),
    ]
