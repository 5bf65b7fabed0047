"""Texts of `free_held_out_forms` with passwords that people chose.

No rule is written and no weight is learned from this set; keep it so.
"""

from __future__ import annotations

from support.backends.form_templates import Template
from support.backends.free_held_out_passwords import fitting

CHOSEN: list[Template] = [
    (
        "config server bootstrap",
        fitting("yaml"),
        "spring:\n  application:\n    name: «db»-service\n  cloud:\n    config:\n      uri: http://«host»:8888\n"
        "      username: «user»\n      password: ▒\n      fail-fast: true",
    ),
    (
        "rsync daemon pull",
        fitting("shell"),
        "#!/bin/sh\n# nightly copy of the «db» share\nRSYNC_PASSWORD=▒ rsync -a --delete «user»@«host»::«db» /srv/backup/«db»/",
    ),
    (
        "pgadmin in compose",
        fitting("line"),
        "services:\n  pgadmin:\n    image: dpage/pgadmin4:8\n    environment:\n      - PGADMIN_DEFAULT_EMAIL=«user»@«host»\n"
        '      - PGADMIN_DEFAULT_PASSWORD=▒\n    ports:\n      - "5050:80"',
    ),
    (
        "keepassxc cli",
        fitting("single"),
        "echo '▒' | keepassxc-cli show -q -s -a Password ~/vaults/«db».kdbx \"Servers/«host»\"",
    ),
    (
        "lpadmin printer",
        fitting("url"),
        "lpadmin -p floor2 -E -v 'smb://«user»:▒@«host»/Ricoh-C3004' -m everywhere\nlpoptions -d floor2",
    ),
    (
        "autofs map",
        fitting("shell"),
        "# /etc/auto.nas\nmedia    -fstype=cifs,rw,uid=1000,username=«user»,password=▒    ://«address»/media",
    ),
    (
        "sqlalchemy url create",
        fitting("double"),
        'from sqlalchemy import URL, create_engine\n\nurl = URL.create(\n    "postgresql+psycopg",\n    username="«user»",\n'
        '    password="▒",\n    host="«host»",\n    database="«db»",\n)\nengine = create_engine(url, pool_pre_ping=True)',
    ),
    (
        "r dbi connect",
        fitting("double"),
        'library(DBI)\ncon <- dbConnect(RMariaDB::MariaDB(), host = "«host»", dbname = "«db»",\n'
        '                 user = "«user»", password = "▒")\ndf <- dbReadTable(con, "visits")',
    ),
    (
        "stata odbc load",
        fitting("double"),
        'clear all\nodbc load, exec("select * from «db».visits") dsn("warehouse") user("«user»") password("▒") clear\n'
        "save visits, replace",
    ),
    (
        "sas libname",
        fitting("double"),
        '/* monthly extract */\nlibname dw oracle user=«user» password="▒" path="ORCL" schema=«db»;\nproc sql;\n'
        "  create table work.m as select * from dw.sales;\nquit;",
    ),
    (
        "excel unprotect",
        fitting("double"),
        'Sub RefreshAll()\n    With Worksheets("Budget")\n        .Unprotect Password:="▒"\n        .PivotTables(1).RefreshTable\n'
        "    End With\nEnd Sub",
    ),
    (
        "winrm in vagrantfile",
        fitting("single"),
        "Vagrant.configure('2') do |config|\n  config.vm.box = 'gusztavvargadr/windows-server'\n"
        "  config.vm.communicator = 'winrm'\n  config.winrm.username = '«user»'\n  config.winrm.password = '▒'\nend",
    ),
    (
        "docker mailserver",
        fitting("shell"),
        "docker exec -it mailserver setup email add «user»@«host» ▒\n"
        "docker exec -it mailserver setup alias add info@«host» «user»@«host»",
    ),
    (
        "netmiko device",
        fitting("double"),
        'from netmiko import ConnectHandler\n\nswitch = {\n    "device_type": "hp_procurve",\n    "host": "«address»",\n'
        '    "username": "«user»",\n    "password": "▒",\n}\nwith ConnectHandler(**switch) as net:\n'
        '    print(net.send_command("show vlans"))',
    ),
    (
        "oxidized router db",
        fitting("shell"),
        "# name:model:username:password\nsw-«db»-01:procurve:«user»:▒",
    ),
    (
        "http dump of a login",
        fitting("url"),
        "POST /j_spring_security_check HTTP/1.1\nHost: «host»\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\n"
        "Content-Type: application/x-www-form-urlencoded\n\nj_username=«user»&j_password=▒&_spring_security_remember_me=on",
    ),
    (
        "wsse username",
        fitting("xml"),
        '<soapenv:Header>\n  <wsse:Security soapenv:mustUnderstand="1">\n    <wsse:UsernameToken>\n'
        "      <wsse:Username>«user»</wsse:Username>\n"
        '      <wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#'
        'PasswordText">▒</wsse:Password>\n    </wsse:UsernameToken>\n  </wsse:Security>\n</soapenv:Header>',
    ),
    (
        "job card",
        fitting("jcl"),
        "//PAYRUN1  JOB (4711,FIN),'MONTH END',CLASS=A,MSGCLASS=X,\n//             USER=FINOPS,PASSWORD=▒\n"
        "//STEP1    EXEC PGM=IKJEFT01,DYNAMNBR=20\n//SYSTSPRT DD SYSOUT=*",
    ),
    (
        "gorm open",
        fitting("word"),
        'dsn := "host=«host» user=«user» password=▒ dbname=«db» port=5432 sslmode=disable TimeZone=Europe/Oslo"\n'
        "db, err := gorm.Open(postgres.Open(dsn), &gorm.Config{})\nif err != nil {\n\tlog.Fatal(err)\n}",
    ),
    (
        "tinker session",
        fitting("single"),
        "$ php artisan tinker\n>>> $u = User::whereEmail('«user»@«host»')->first();\n>>> $u->password = Hash::make('▒');\n"
        ">>> $u->save();\n=> true",
    ),
    (
        "wp cli user",
        fitting("shell"),
        'wp core install --url=«host» --title="«db»" --admin_user=«user» --admin_email=«user»@«host» --admin_password=▒ '
        "--skip-email\nwp plugin activate akismet",
    ),
    (
        "createsuperuser in entrypoint",
        fitting("shell"),
        "#!/usr/bin/env bash\nset -e\npython manage.py migrate --noinput\n"
        "DJANGO_SUPERUSER_PASSWORD=▒ python manage.py createsuperuser \\\n"
        "  --noinput --username «user» --email «user»@«host» || true\nexec gunicorn «db».wsgi -b :8000",
    ),
    (
        "samba domain provision",
        fitting("single"),
        "samba-tool domain provision --use-rfc2307 --realm=AD.EXAMPLE.LAN --domain=OFFICE \\\n"
        "  --server-role=dc --dns-backend=SAMBA_INTERNAL --adminpass='▒'",
    ),
    (
        "realm join by pipe",
        fitting("shell"),
        "yum -y install realmd sssd adcli\necho ▒ | realm join -U «user» «host»\nrealm list",
    ),
    (
        "vsphere splat",
        fitting("single"),
        "$login = @{\n    Server   = '«host»'\n    User     = '«user»@vsphere.local'\n    Password = '▒'\n}\n"
        "Connect-VIServer @login -Force | Out-Null\nGet-VM",
    ),
    (
        "ktor basic check",
        fitting("double"),
        'install(Authentication) {\n    basic("internal") {\n        validate { cred ->\n'
        '            if (cred.name == "«user»" && cred.password == "▒") UserIdPrincipal(cred.name) else null\n        }\n    }\n}',
    ),
    (
        "doobie transactor",
        fitting("double"),
        'val xa = Transactor.fromDriverManager[IO](\n  driver = "org.postgresql.Driver",\n'
        '  url = "jdbc:postgresql://«host»/«db»",\n  user = "«user»",\n  password = "▒",\n  logHandler = None\n)',
    ),
    (
        "emacs jabber",
        fitting("double"),
        ';; chat\n(setq jabber-account-list\n      \'(("«user»@«host»"\n         (:password . "▒")\n'
        '         (:network-server . "«host»")\n         (:port . 5222))))',
    ),
    (
        "notebook cell engine",
        fitting("url"),
        '{\n "cell_type": "code",\n "execution_count": 3,\n "metadata": {},\n "outputs": [],\n "source": [\n'
        "  \"engine = create_engine('mysql+pymysql://«user»:▒@«host»:3306/«db»?charset=utf8mb4')\\n\",\n"
        "  \"pd.read_sql('select * from orders', engine).head()\"\n ]\n}",
    ),
    (
        "bruno request",
        fitting("line"),
        "get {\n  url: https://«host»/api/v2/«db»\n  body: none\n  auth: basic\n}\n\nauth:basic {\n  username: «user»\n"
        "  password: ▒\n}",
    ),
    (
        "espresso test",
        fitting("double"),
        '@Test\nfun opensDashboard() {\n    onView(withId(R.id.email)).perform(typeText("«user»@«host»"))\n'
        '    onView(withId(R.id.password)).perform(typeText("▒"), closeSoftKeyboard())\n'
        "    onView(withId(R.id.sign_in)).perform(click())\n}",
    ),
    (
        "capybara sign in",
        fitting("single"),
        "before do\n  visit '/users/sign_in'\n  fill_in 'Email', with: '«user»@«host»'\n  fill_in 'Password', with: '▒'\n"
        "  click_button 'Log in'\nend",
    ),
    (
        "log of request parameters",
        fitting("line"),
        "2025-03-11 08:14:52,117 INFO  [http-nio-8080-exec-4] c.«db».web.LoginController - client=«address»\n"
        "2025-03-11 08:14:52,120 DEBUG [http-nio-8080-exec-4] c.«db».web.LoginController - params={login=«user», password=▒, "
        "remember=true}\n2025-03-11 08:14:52,398 WARN  [http-nio-8080-exec-4] c.«db».web.LoginController - account locked",
    ),
    (
        "jenkins casc",
        fitting("double"),
        'jenkins:\n  securityRealm:\n    local:\n      allowsSignup: false\n      users:\n        - id: "«user»"\n'
        '          password: "▒"\n  numExecutors: 2',
    ),
    (
        "rar with hidden names",
        fitting("shell"),
        "rar a -r -m5 -hp▒ /mnt/usb/«db»-$(date +%F).rar /home/«user»/Documents",
    ),
    (
        "wlan profile",
        fitting("wpa"),
        "<security>\n  <authEncryption>\n    <authentication>WPA2PSK</authentication>\n    <encryption>AES</encryption>\n"
        "  </authEncryption>\n  <sharedKey>\n    <keyType>passPhrase</keyType>\n    <protected>false</protected>\n"
        "    <keyMaterial>▒</keyMaterial>\n  </sharedKey>\n</security>",
    ),
    (
        "camera stream",
        fitting("url"),
        'ffmpeg -rtsp_transport tcp -i "rtsp://«user»:▒@«address»:554/Streaming/Channels/101" \\\n'
        "  -c copy -f segment -segment_time 600 /srv/cam/gate-%03d.mkv",
    ),
    (
        "nickserv identify",
        fitting("line"),
        "[21:02] *** Now talking in #«db»-dev\n[21:02] <«user»> oops, wrong window\n[21:03] <«user»> /msg NickServ IDENTIFY ▒\n"
        "[21:03] <botje> change that now :)",
    ),
    (
        "mail about a ftp account",
        fitting("line"),
        "Hi «user»,\n\nthe supplier finally set up our account for the price lists:\n\nServer: «host» (port 22, SFTP)\n"
        "Login: «db»\nPassword: ▒\n\nPlease let me know if it works.\nRegards, Ines",
    ),
    (
        "spark jdbc option",
        fitting("double"),
        'val orders = spark.read.format("jdbc")\n  .option("url", "jdbc:sqlserver://«host»:1433;databaseName=«db»")\n'
        '  .option("dbtable", "dbo.orders")\n  .option("user", "«user»")\n  .option("password", "▒")\n  .load()',
    ),
    (
        "pgcrypto seed",
        fitting("single"),
        "INSERT INTO accounts (login, pw, role)\nVALUES ('«user»', crypt('▒', gen_salt('bf', 8)), 'editor')\n"
        "ON CONFLICT (login) DO NOTHING;",
    ),
]
