"""Rules of masking that find a secret by its place or its form (beside a user, in an address, a table, a call), one by one.

The rows of a rule that should match are followed by rows that are as similar as possible and must not match. In a row «…» surrounds
what is masked, \\n and \\t mean what they mean in Python, and in a row without «…» nothing is masked.
"""

from __future__ import annotations

import pytest

from support.backends.drawn_secrets import wrongly_masked

pytestmark = pytest.mark.usefixtures("rules_alone")

ROWS = {
    "a user and a password in base64": r"""
Authorization: Basic «YW5uOmh1bnRlcjI» x
Authorization: Basic «YW5uOmh1bnRlcjI=» x
Authorization: Basic «YW5uOmh1bnRlcjIx» x
Authorization: Basic «YW5uOmh1bnRlcg» x
Authorization: Basic aGVsbG93b3JsZA== x
""",
    "in an address": r"""
"http://a/?password=«hunterx»&x=1"
"http://a/?x=1&password=«hunterx»"
"http://a/x=1;password=«hunterx» y"
"http://a/x=1/password=hunterx y"
""",
    "a header alone on its line": r"""
passcode:«hunterx»
 passcode:hunterx
x passcode:hunterx
passcode:String
passcode:a.b
""",
    "what is left of a line after a colon": r"""
CHECK: "ann:«hunter22»"
EXPORT_ME = ann:«hunter22»
export ABCD='ann:«hunter22»'
ABC: ann:hunter22
ABCD: ann:hunterxx
ABCD: ann:«hunt22»
ABCD: ann:hunt2
h.example.org:5432:db:ann:«hunter2»
h:*:*:ann:«hunter2»
h:1:db:ann:hunter2
h:5432:db:ann:ab
h:5432:db:ann:password
ann:«aB3cD4eF5gH6i»
ann:ab3cd4ef5gh6i
ann:aB3cD4eF5gH6ij
[a.example.org]:25 ann:«hunter2»
a.example.org ann:«hunter2»
example ann:hunter2
ann:«hunter2»:1000:1000:Ann:/home/ann:/bin/sh
ann:{SHA}«hunter2»:1000:1000:Ann:/home/ann:/bin/sh
ann:x:1000:1000:Ann:/home/ann:/bin/sh
ann:«hunter2»::19000:
ann:hunter2:a:19000:
""",
    "a user, a password, and a host": r"""
ann:«hunter2»@example.org
ann:hunter2@ example.org
//ann:hunter2@example.org
x@ann:hunter2@example.org
a:hunter2@example.org
ann:hu(ter2@example.org
ann:12345@example.org
ann:${X}@example.org
"x": "npm:react@18"
image: redis:«7alpine»@example
image: redis:7alpine@sha256:1234567890
""",
    "a pair after a word for logging in": r"""
login ann:«hunter2»
auth: "ann:«hunter2»"
user=ann:«hunter2»
auth ann:8080
auth ann:hunter2/x
logged ann:hunter2
user: ann:x:1
account ann:«hunter2»
AuthUser ann «hunter2»
AuthUser ann hunterx
AuthorUser ann hunter2
Account ann place «hunter2»
SQLConnectInfo proftpd@localhost proftpd «hunter2»
SQLInfo proftpd@localhost proftpd hunter2
""",
    "the arguments of a call": r"""
login("ann", "«hunterx»")
login(user, "«hunterx»")
login("ann", 1)
login("ann", "ab")
login("ann", "hunter x")
login{"ann", "hunterx"}
connect("ann", "hunterx")
connect("ann", "«hunter2»")
connect("host", 22, "«hunterx»")
connect(host, 22, "hunterx")
connect(host, 22, "«hunter2»")
connect("root", "«hunterx»")
connect("a@b.c", "«hunterx»")
connect("hunter2", "a b")
connect("hunter2")
connect("ann", "ab/cd2")
connect("ann", "ab.cd2")
connect("ann", "password1")
connect("ann", "1234")
bind('cn', 'hunterx')
auth("ann", "«hunterx»"); x("a", "b1c2d3")
auth = ("ann", "«hunterx»")
smtp.send("ann", Some("«hunterx»"))
""",
    "flags of a user and a password": r"""
run -u ann -p «hunterx»
run -p «hunterx» -u ann
run -u ann -p«hunterx»
run -u ann -p8080
run -x ann -phunterx
run --user ann -P "«hunterx»"
run -username ann -password «hunterx» -execute
tool run -p «hunterxx»
tool run -p hunterx.py
tool run -p hunte
tool run -p HUNTERX
tool run -p 8080
docker run -p hunterx
sudo tool run -p «hunterxx»
sudo docker compose -p hunterxx up
./bin/tool run -p «hunterxx»
""",
    "users of every system": r"""
"admin": "«hunterx»"
'admin' => '«hunterx»'
'admin', '«hunterx»'
'admin', 'hun.erx'
'admix', 'hunterx'
admin: x
""",
    "words alone on a line": r"""
"ann" "«hunterx»"
"ann" "hunterx" x
adduser ann «hunterx»
adduser --x ann «hunterx»
adduser -x=1 ann «hunterx»
adduser ann -hunterx
adduser ann
[users]\nann = «hunterx»
[auth]\nann: «hunterx»
[other]\nann = hunterx
""",
    "rows below a head": r"""
name,password,city\nann,«hunter2»,Rome\nbob,«s3cr3t»,Bonn\n\nzoe,r1v3rs,x
name,password\nann,«hunter2»\nbob\nzoe,hunter3
name , password \nann , «hunter2»\t
"name","password"\n"ann","«hunter2»"
name,password\n\t ann,«hunter2»
name,password\n ann,«hunter2»\n  bob,«s3cr3t»\n   zoe,«hunter3»
password,name\n «hunter2»,ann\n\t«s3cr3t»,bob
name\tpassword\nann\t«hunter2»\n \t«hunter3»
\tname,password\nann,hunter2
password,password\n«hunter2»,«hunter3»
password\nhunter2
name;api key\nann;«hunter2»
name;api\nann;hunter2
name;access_token\nann;«hunter2»
name;a user pin\nann;hunter2
name,password\nann,null
name,password\nann,ab
name,password\nann,***
name,password\nann,:pass
name,password\nann,$12
name,password\nann,%s
|name|password|\n|---|---|\n|ann|«hunter2»|\n|bob|ab c|\n|zoe|«hunter3»|
| password |\n| «hunter2» |\n|x|\n|y|
""",
    "pairs of programs": r"""
['DBI:mysql:database=a', 'ann', '«hunter2»']
['DBI:mysql:database=a', 'ann']
-F="mysql;localhost;a;flows;ann;«hunter»"
mysql;localhost
"ann" PPTP «hunter» *
ann is here *
MONITOR a@localhost 1 ann «hunter» primary
MONITOR a@localhost 1 ann hunter other
"word:" send «hunter»
ogin: ann word: «hunter»
allow ann:«hunter»
allow ann:80
WiFi.begin("home", "«hunter»");
Widget.begin("home", "hunter");
ip ospf message-digest-key 1 md5 0 «hunter»
Send("«hunter»{ENTER}")
Send("hunter")
""",
    "rows of a statement": r"""
insert into users (name, password) values ('ann', '«it''s1»'), ("bob", "«hunter2»"), (zoe, «lower('hunter3')») ; ('x', 'y123')
INSERT INTO users (name, "password") VALUES\n  ('ann', '«hunter2»'),\n  ('bob', '«hunter3»');
insert into users (password) values ('«hunter2»')
insert into users (name, age) values ('ann', 'hunter2')
insert into [users] ([password], [x]) values ('«a,b)c»', 1)
insert into users (name, password) values ('ann'), ('bob', '«hunter2»')
""",
    "runs that look generated": r"""
x = '«a1b2c3d4e5f6a7b8»'
x = 'a1b2c3d4e5f6a7b'
x = '«a1B2c3D4e5F6/g7H8i9J0kLmN»'
x = 'a1B2c3D4e5F6/g7H8i9J0kLm'
x = '«a1b2c3d4e5f6a7b8.c9d0»'
x = '«a1b2c3d4e5f6a7b8».cd'
x = '«c9.a1b2c3d4e5f6a7b8»'
x = '«d8|c9:a1b2c3d4e5f6a7b8»'
x = 'dd|«c9:a1b2c3d4e5f6a7b8»'
x = 'cd.«a1b2c3d4e5f6a7b8»'
x = 'c9 «a1b2c3d4e5f6a7b8»'
é = '«a1b2c3d4e5f6a7b8»', '«b1b2c3d4e5f6a7b8»'
abcdefghijklmnop «a1b2c3d4e5f6a7b8»
x = '«aaaaaaaa-1111-1111-1111-111111111111»'
x = 'x-«aaaaaaaa-1111-1111-1111-111111111111»-y-z'
x = 'aaaaaaaa-1111-1111-11111111111111111'
x = '«ghp_aaaaaaaaaaaaaaaa»'
x = 'ghp_aaaaaaaaaaaaaaa'
x = '«AKIAABCDEFGHIJKL»abc'
x = 'xAKIAABCDEFGHIJKL'
x = 'getUserNameFromTheListOfAll'
""",
    "keys with a form of their own": r"""
x://ann:«hunter2»@host
//ann:hunter2@host
x://ann:8080/a@host
x://«abcdefghijklmnop»@host
x://abcdefghijklmno@host
{SSHA}«hunter2»
{bold}hunter2
«$2y$10$abcdefghijklmnop»
$2y$10$abc
AccountKey=«abcdefghijklmnopqrst==»
Key=abcdefghijklmnopqrst==
""",
}


@pytest.mark.parametrize("rule", ROWS)
def test_rows(rule: str) -> None:
    assert wrongly_masked(ROWS[rule]) == []
