"""One rule of masking after the other: rows where it applies, beside rows as like them as can be where it must not.

In a row «…» is what is masked, \\n and \\t are what they are in Python, and a row without «…» is left alone.
"""

from __future__ import annotations

import pytest

from support.backends.drawn_secrets import CODE, drawn, plain

ROWS = {
    "a part of a longer word is no name": r"""
byPass = '«hunter2»'
bypass = 'hunter2'
bypass = 'x1yz'\npassword = '«hunter2»'
BYPass = 'hunter2'
ByPass = '«hunter2»'
compass = 'hunter2'
passenger = 'hunter2'
passcode = '«hunter2»'
passkey = '«hunter2»'
secretary = 'hunter2'
secretName = '«hunter2»'
secret_name = 'hunter2'
secret-name = 'hunter2'
SECRET = '«hunter2»'
SECRETS = 'hunter2'
pw = '«hunter2»'
pwm = 'hunter2'
pw2 = 'hunter2'
psk = '«hunter2»'
upsk = 'hunter2'
mypsk = 'hunter2'
mykennwort = '«hunter2»'
2psk = '«hunter2»'
wifi_psk = '«hunter2»'
api_key = '«a1B2c3D4e5F6»'
monkey = 'a1B2c3D4e5F6'
key = 'a1B2c3D4e5F6'
api key of the client = 'a1B2c3D4e5F6'
""",
    "several names and values": r"""
user, password = '«ann1x»', '«hunter2»', '«zoe4xx»'
const user, password = '«ann1x»', '«hunter2»'
user, password = '«ann1x»', '«hunter2»', 'a b', '«zoe4xx»'
x = 1; password = '«hunter2»', 'ann'
a.password = '«hunter2»', 'ann'
passwords:\n  - «hunter2»\n  - «s3cr3t»\n  - string\nport: 1
passwords = [\n  '«hunter2»',\n  '«s3cr3t»'\n]
""",
    "a value before its name": r"""
if '«hunter2»' == password:
if 'hunter2' <= password:
{'value': '«hunter2»', 'name': 'password'}
{'val': 'hunter2', 'name': 'password'}
value: «hunter2»\nname: password
default: «hunter2»\nname: password
set('«hunter2»', for='password')
set('hunter2', of='password')
""",
    "in a call that makes a value of it": r"""
'password' => bcrypt('«hunter2»'),
'password' => Hash::make('«hunter2»'),
password: hashlib.sha256(b'«hunter2»')
password = make_password('«hunter2»')
password = fetch('hunter2')
""",
    "a token has to look generated": r"""
İİİİİİİİİİİİ = 1\nx = token = '«a1B2c3D4e5F6»'
token = 'hunter2'
token = '«a1B2c3D4e5F6»'
token: «a1B2c3D4e5F6»
token: a.b.c1D2e3F4
<token>«a1B2c3D4e5F6»</token>
"x?token=«a1B2c3D4e5F6»&y"
""",
    "in brackets or quotes": r"""
x = ['db_password=«hunterx»', 'a']
x = [db_password=«hunterx»]
x = {db_password=«hunterx»}
x = (db_password=hunterx)
$h[password]=«hunterx») 1
x[password]=«hunterx»} 1
""",
    "flags": r"""
java -Dpassword=«hunterx» -jar
java +Dpassword=hunterx -jar
java --password=«hunterx» -jar
(--password=«hunterx» -jar
a--password=hunterx -jar
run --password «hunterx»
run --password «hunterx» --verbose
run -password «hunterx» x
run ++password hunterx x
""",
    "among others of its kind": r"""
x password=«hunterx»,user=me
x password=hunterx,user
go user=me password=«hunterx» here
go ann password=hunterx here
go password=«hunterx» user=me here
go password=«hunterx» 'user' here
go password=hunterx user here
go password=str user=me here
go x;Password=«hunterx»; y
go PASSWORD=«hunterx» here
go PASSWORD=str here
go Password=hunterx here
go(PASSWORD=«hunterx») here
go Password=«hunterx»; y
go Password=hunterx<y
go Password=hunterx}y
PASSWORD = settingx + 1
""",
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
    "assigned without quotes": r"""
password = hunter # c
password = «hunter2» # c
password = hunter_x # c
password = «hunter-x» # c
password := hunter # c
password := «hunter2» # c
PASSWORD := «hunter» # c
PASSWORD ?= «hunter» # c
PASSWORD += «hunter» # c
Password ::= hunter # c
password: «hunter» # c
password: «hunter?» # c
password: String # c
password: str? # c
password=«hunter» # c
a.b.password = «hunter» # c
self.b.password = hunter # c
this.b.password = hunter # c
@password = «hunter» # c
export PASSWORD=«hunter» # c
set PASSWORD=«hunter» # c
- PASSWORD=«hunter» # c
# PASSWORD=«hunter» # c
run --env PASSWORD=«hunter» # c
password = a.b # c
password = f() # c
String password = «hunter2»;
""",
    "among settings": r"""
[main]\nport: 1\npassword = «hunter» # c
(main)\nport: 1\npassword = hunter # c
user = ann\npassword = «hunter» # c
user = ann \r\npassword = «hunter» # c
user = ann\n\npassword = hunter # c
user = f(ann)\npassword = hunter # c
password = «hunter» # c\nuser = ann
password = hunter # c\nuser = ann()
password = hunter # c\n\nuser = ann
f(x)\npassword = hunter # c\ng(x)
user: ann\n    password = hunter # c
def f():\n    user = ann\n    password = hunter # c
""",
    "a configuration's word": r"""
password «hunterx»
password is
password required
enable password required
enable secret a.b
xy.password a.b
ann password hunterx
the password hunterx
the db/password «hunterx»
enable password «hunterx»
enable secret «hunterx»
disable password hunterx
username ann password «hunterx»
account ann password 7 «hunterx»
x password 8 hunterxx
x password «hunt3rx»
x password «hunt+rx»
x password hunterx)
set system login password «hunterx»
set x y password hunterx
d-i passwd/user-password password «hunterx»
a b c d e password «hunt3rx»
a b c d e f password hunt3rx
xy.password «hunterx»
x y.password hunterx
""",
    "columns of words": r"""
password  «hunterx»
password\t«hunterx»
password ann «hunterx»
x password ann hunterx
my own-password ann «hunterx»
password ann the
password the hunterx
""",
    "in braces": r"""
{user: ann, password: «hunterx»}
{user: ann, password: str}
{user: ann, password: a.b}
""",
    "instructions and users": r"""
ENV PASSWORD «hunterx»
ENV DB_PASSWORD hunterx other
ARG DB_PASSWORD «hunterx»
XYZ DB_PASSWORD hunterx
machine a login b password «hunterx»
machine a login b password «hunterx» account c
user ann password «hunterx» a
ann password hunterx a
requirepass «hunterx»
masterauth «hunterx»
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
    "what a program reads": r"""
echo «hunterx» | sudo -S ls
echo hunterx | grep a
echo hunterx || tool
echo '«hunterx»' | tool
user ann on >«hunterx» ~*
user ann on <hunterx ~*
send "«hunterx»\\r"
send "hun\\r"
expect "hunterx\\r"
PRAGMA key = '«hunterx»'
pragma db.rekey='«hunterx»'
PRAGMA journal='hunterx'
""",
    "users of every system": r"""
"admin": "«hunterx»"
'admin' => '«hunterx»'
'admin', '«hunterx»'
'admin', 'hun.erx'
'admix', 'hunterx'
admin: x
""",
    "defaults of variables": r"""
${DB_PASS:-«hunterx»}
${DB_PWD:=«hunterx»}
${DB_SECRET-«hunterx»}
${DB_TOKEN=«hunterx»}
${DB_KEY:«hunterx»}
${DB_USER:-hunterx}
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
name,password,city\nann,«hunter2»,Rome\nbob,«s3cr3t»,Bonn\n\nzoe,s3cr3t,x
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
    "a name inside of a longer one": r"""
passwordAdmin = "«hunter2»"
db_passwordAdmin = "«hunter2»"
passwordField = "hunter2"
passengerAdmin = "hunter2"
PASSENGER = "hunter2"
clave = "«hunter2»"
enclave = "hunter2"
пароль = "«hunter2»"
""",
    "notes": r"""
the wifi password is «hunter22b»
log in with the password «hunter22b» and go
log in with the password manager and go
bob: the password is wrong
- router, admin / «hunter»
- router, other / hunter
alice@example.org / «hunter»
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
    "a statement is no name": r"""
class A:\n    pass\n"say what1 is"\nname = "abc12!"
class A:\n    pass\n"abc12!"
def f(): pass\n"abc12!"
def f(): pass; "abc12!"
try:\n  x\nexcept E:\n  pass  # fine\n"abc12!"
cd $(pwd) "abc12!"
x=`pwd` && echo "abc12!"
cd /x && pwd\necho "abc12!"
if x; then\n  pwd\n  "abc12!" x\nfi
pass "«abc12!»"
pass: "«abc12!»"
  pass:\n  «abc12!»
user\n  pass\n  «abc12!»
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


SURROUNDINGS = [(before, after) for before in ("\nf(x)\n", "f(x)\n", "# é\nf(x)\n\n", CODE) for after in ("", "\n" + CODE)]
"""Of a program: what a bare word is elsewhere is a matter of `test_beside`."""
LETTERS = ((r"\\", "\0"), (r"\n", "\n"), (r"\r", "\r"), (r"\t", "\t"), ("\0", "\\"))


@pytest.mark.parametrize("rule", ROWS)
def test_rows(rule: str) -> None:
    for row in ROWS[rule].strip("\n").split("\n"):
        for sign, letter in LETTERS:
            row = row.replace(sign, letter)
        for before, after in SURROUNDINGS:
            assert drawn(f"{before}{plain(row)}\n{after}") == f"{before}{row}\n{after}"
