"""Rules of masking that find a secret by the name before or after it, one by one.

The rows of a rule that should match are followed by rows that are as similar as possible and must not match. In a row «…» surrounds
what is masked, \\n and \\t mean what they mean in Python, and in a row without «…» nothing is masked.
"""

from __future__ import annotations

import pytest

from support.backends.drawn_secrets import wrongly_masked

pytestmark = pytest.mark.usefixtures("rules_alone")

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
    "defaults of variables": r"""
${DB_PASS:-«hunterx»}
${DB_PWD:=«hunterx»}
${DB_SECRET-«hunterx»}
${DB_TOKEN=«hunterx»}
${DB_KEY:«hunterx»}
${DB_USER:-hunterx}
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
log in with the password manager and go
bob: the password is wrong
- router, admin / «hunter»
- router, other / hunter
alice@example.org / «hunter»
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
}


@pytest.mark.parametrize("rule", ROWS)
def test_rows(rule: str) -> None:
    assert wrongly_masked(ROWS[rule]) == []
