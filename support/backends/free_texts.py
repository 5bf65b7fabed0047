"""Texts of `free_forms` with passwords that people chose."""

from __future__ import annotations

from support.backends.form_templates import Template
from support.backends.free_passwords import BARE, DOUBLE, JSON, PLAIN, SINGLE, TALK, URL, XML, chosen

CHOSEN: list[Template] = [
    (
        "eclipselink persistence",
        XML,
        '<persistence-unit name="orders" transaction-type="RESOURCE_LOCAL">\n'
        "  <provider>org.eclipse.persistence.jpa.PersistenceProvider</provider>\n  <properties>\n"
        '    <property name="javax.persistence.jdbc.url" value="jdbc:postgresql://«host»:5432/«db»"/>\n'
        '    <property name="javax.persistence.jdbc.user" value="«user»"/>\n'
        '    <property name="javax.persistence.jdbc.password" value="▒"/>\n'
        '    <property name="eclipselink.logging.level" value="FINE"/>\n  </properties>\n</persistence-unit>',
    ),
    (
        "pgx keywords",
        PLAIN,
        "func open(ctx context.Context) (*pgx.Conn, error) {\n"
        '\treturn pgx.Connect(ctx, "host=«host» port=5432 user=«user» password=▒ dbname=«db» sslmode=disable")\n}',
    ),
    (
        "rmariadb",
        JSON,
        'library(DBI)\ncon <- dbConnect(RMariaDB::MariaDB(),\n                 host = "«host»", dbname = "«db»",\n'
        '                 user = "«user»", password = "▒")\nsamples <- dbGetQuery(con, "SELECT * FROM samples WHERE batch = 14")',
    ),
    (
        "sas libname",
        DOUBLE,
        'options nodate nonumber;\nlibname dw oracle user=«user» password="▒" path="DWPROD" schema=«db»;\nproc sql;\n'
        "  create table work.claims as select * from dw.claims where yr = 2023;\nquit;",
    ),
    (
        "classic asp",
        chosen("\"';={} "),
        '<%\nDim conn\nSet conn = Server.CreateObject("ADODB.Connection")\n'
        'conn.Open "Provider=SQLOLEDB;Data Source=«host»;Initial Catalog=«db»;User ID=«user»;Password=▒;"\n'
        'Set rs = conn.Execute("SELECT TOP 10 * FROM news ORDER BY posted DESC")\n%>',
    ),
    (
        "odoo conf",
        PLAIN,
        "[options]\naddons_path = /opt/odoo/addons,/opt/odoo/custom\ndb_host = «host»\ndb_port = 5432\ndb_user = «user»\n"
        "db_password = ▒\nproxy_mode = True\nworkers = 4",
    ),
    (
        "tox setenv",
        PLAIN,
        "[testenv]\ndeps = -rrequirements-dev.txt\nsetenv =\n    DJANGO_SETTINGS_MODULE = «db».settings.test\n"
        "    TEST_DB_USER = «user»\n    TEST_DB_PASSWORD = ▒\ncommands = pytest {posargs}",
    ),
    (
        "justfile",
        JSON,
        'set dotenv-load := false\n\nexport DATABASE_HOST := "«host»"\nexport DATABASE_PASSWORD := "▒"\n\nmigrate:\n'
        "    diesel migration run\n\ntest: migrate\n    cargo test --all",
    ),
    (
        "devcontainer",
        JSON,
        '{\n  "name": "«db»",\n  "dockerComposeFile": "docker-compose.yml",\n  "service": "app",\n'
        '  // same as in the compose file of the test server\n  "containerEnv": {\n    "MARIADB_USER": "«user»",\n'
        '    "MARIADB_PASSWORD": "▒"\n  },\n  "forwardPorts": [3306, 8080]\n}',
    ),
    (
        "vscode sftp",
        JSON,
        '{\n    "name": "«db»",\n    "host": "«host»",\n    "protocol": "sftp",\n    "port": 22,\n    "username": "«user»",\n'
        '    "password": "▒",\n    "remotePath": "/var/www/html",\n    "uploadOnSave": true\n}',
    ),
    (
        "lftp bookmarks",
        URL,
        "backup\tftp://«user»:▒@«host»/daily/\nmirror\thttp://ftp.debian.org/debian/",
    ),
    (
        "ansible uri",
        chosen('"\\{}'),
        "- name: create the repository\n  ansible.builtin.uri:\n"
        '    url: "https://«host»/service/rest/v1/repositories/maven/hosted"\n    method: POST\n    url_username: «user»\n'
        '    url_password: "▒"\n    force_basic_auth: true\n    body_format: json\n'
        "    body: \"{{ lookup('file', 'repo.json') }}\"\n    status_code: [201, 400]",
    ),
    (
        "nixos user",
        chosen('"\\$'),
        "{ config, pkgs, ... }:\n{\n  users.mutableUsers = true;\n  users.users.«user» = {\n    isNormalUser = true;\n"
        '    extraGroups = [ "wheel" "docker" ];\n    initialPassword = "▒";\n  };\n}',
    ),
    (
        "vagrant winrm",
        SINGLE,
        "Vagrant.configure('2') do |config|\n  config.vm.box = 'windows-2019'\n  config.vm.communicator = 'winrm'\n"
        "  config.winrm.username = '«user»'\n  config.winrm.password = '▒'\n"
        "  config.vm.network :forwarded_port, guest: 3389, host: 33389\nend",
    ),
    (
        "mongo init script",
        SINGLE,
        "// docker-entrypoint-initdb.d/10-users.js\ndb = db.getSiblingDB('«db»')\ndb.createUser({\n  user: '«user»',\n"
        "  pwd: '▒',\n  roles: [{ role: 'readWrite', db: '«db»' }],\n})\ndb.createCollection('events')",
    ),
    (
        "bteq logon",
        chosen(" ;,\"'"),
        ".LOGON tdprod/«user»,▒;\nDATABASE «db»;\n.EXPORT REPORT FILE = /data/out/daily.txt\n"
        "SELECT COUNT(*) FROM sales_fact WHERE sale_dt = CURRENT_DATE - 1;\n.LOGOFF;\n.QUIT;",
    ),
    (
        "cmdkey",
        chosen(' %&^|<>"!'),
        "@echo off\ncmdkey /add:«host» /user:CORP\\«user» /pass:▒\nrobocopy D:\\export \\\\«host»\\«db» /MIR /R:2 /W:5",
    ),
    (
        "wlan profile",
        chosen("&<>\"'"),
        "<security>\n  <authEncryption>\n    <authentication>WPA2PSK</authentication>\n    <encryption>AES</encryption>\n"
        "    <useOneX>false</useOneX>\n  </authEncryption>\n  <sharedKey>\n    <keyType>passPhrase</keyType>\n"
        "    <protected>false</protected>\n    <keyMaterial>▒</keyMaterial>\n  </sharedKey>\n</security>",
    ),
    (
        "sysadminctl",
        SINGLE,
        "#!/bin/sh\n# run from the MDM on first boot\n"
        "/usr/sbin/sysadminctl -addUser «user» -fullName \"Local Support\" -password '▒' -admin\n"
        "dseditgroup -o edit -a «user» -t user com.apple.access_ssh",
    ),
    (
        "hdiutil",
        SINGLE,
        "printf '%s' '▒' | hdiutil attach -stdinpass ~/Documents/«db».dmg\nrsync -a ~/Projects/ /Volumes/«db»/Projects/\n"
        "hdiutil detach /Volumes/«db»",
    ),
    (
        "rar archive",
        BARE,
        "cd /srv/export && rar a -r -m5 -hp▒ /mnt/usb/«db»-$(date +%F).rar reports/ invoices/",
    ),
    (
        "samba tool",
        SINGLE,
        "kinit Administrator\nsamba-tool user create «user» --random-password --mail-address=«user»@corp.lan\n"
        "samba-tool user setpassword «user» --newpassword='▒'\nsamba-tool group addmembers \"VPN Users\" «user»",
    ),
    (
        "wp cli user",
        DOUBLE,
        'wp core download --locale=nl_NL\nwp db create\nwp user create «user» «user»@«host» --role=editor --user_pass="▒"\n'
        "wp plugin install wordfence --activate",
    ),
    (
        "puppeteer",
        SINGLE,
        "const page = await browser.newPage();\nawait page.goto('https://«host»/signin');\n"
        "await page.type('input[name=email]', '«user»@example.org');\n"
        "await page.type('input[name=password]', '▒', { delay: 20 });\n"
        "await Promise.all([page.waitForNavigation(), page.click('button[type=submit]')]);\n"
        "await page.screenshot({ path: 'dashboard.png' });",
    ),
    (
        "notebook engine",
        URL,
        '  {\n   "cell_type": "code",\n   "execution_count": 3,\n   "metadata": {},\n   "outputs": [],\n   "source": [\n'
        '    "from sqlalchemy import create_engine\\n",\n'
        "    \"engine = create_engine('mysql+pymysql://«user»:▒@«host»:3306/«db»')\\n\",\n"
        "    \"df = pd.read_sql('select * from visits limit 1000', engine)\"\n   ]\n  },",
    ),
    (
        "stackexchange redis",
        chosen('",=\\ '),
        'var options = "«host»:6380,password=▒,ssl=True,abortConnect=False,connectTimeout=5000";\n'
        "services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(options));",
    ),
    (
        "netmiko",
        SINGLE,
        "from netmiko import ConnectHandler\n\nswitch = {\n    'device_type': 'cisco_ios',\n    'host': '10.20.0.«n»',\n"
        "    'username': '«user»',\n    'password': '▒',\n}\nwith ConnectHandler(**switch) as session:\n"
        "    print(session.send_command('show interfaces status'))",
    ),
    (
        "sql server setup",
        JSON,
        '; ConfigurationFile.ini\n[OPTIONS]\nACTION="Install"\nFEATURES=SQLENGINE\nINSTANCENAME="MSSQLSERVER"\n'
        'SECURITYMODE="SQL"\nSAPWD="▒"\nSQLSYSADMINACCOUNTS="BUILTIN\\Administrators"\nTCPENABLED="1"',
    ),
    (
        "postgres log",
        SINGLE,
        "2024-03-1«d» 09:14:22.531 CET [21«n»] postgres@«db» LOG:  connection authorized: user=postgres database=«db»\n"
        '2024-03-1«d» 09:14:40.007 CET [21«n»] postgres@«db» ERROR:  role "«user»" does not exist\n'
        "2024-03-1«d» 09:14:40.007 CET [21«n»] postgres@«db» STATEMENT:  ALTER ROLE «user» WITH LOGIN PASSWORD '▒';",
    ),
    (
        "process listing",
        BARE,
        "$ ps -ef | grep [j]ava\n"
        "tomcat    4«n»     1  3 Mar02 ?        02:11:48 /usr/bin/java -Xmx2g -Djavax.net.ssl.trustStore=/etc/pki/cacerts.jks "
        "-Djavax.net.ssl.trustStorePassword=▒ -jar /opt/«db»/app.jar --server.port=8443",
    ),
    (
        "soap ws-security",
        XML,
        'POST /services/OrderService HTTP/1.1\nHost: «host»\nContent-Type: text/xml; charset=utf-8\nSOAPAction: "urn:getOrder"\n\n'
        "<soapenv:Envelope "
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header><wsse:Security><wsse:UsernameToken>\n'
        "<wsse:Username>«user»</wsse:Username>\n<wsse:Password\n"
        '  Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#'
        'PasswordText">▒</wsse:Password>\n</wsse:UsernameToken></wsse:Security></soapenv:Header>\n'
        "<soapenv:Body><getOrder><id>4«n»</id></getOrder></soapenv:Body></soapenv:Envelope>",
    ),
    (
        "multipart form",
        chosen("\\"),
        '------WebKitFormBoundary7MA4YWxkTrZu0gW\nContent-Disposition: form-data; name="username"\n\n«user»\n'
        '------WebKitFormBoundary7MA4YWxkTrZu0gW\nContent-Disposition: form-data; name="password"\n\n▒\n'
        "------WebKitFormBoundary7MA4YWxkTrZu0gW--",
    ),
    (
        "vyos l2tp",
        SINGLE,
        "set vpn l2tp remote-access authentication mode 'local'\n"
        "set vpn l2tp remote-access authentication local-users username «user» password '▒'\n"
        "set vpn l2tp remote-access client-ip-pool start '192.168.255.10'\n"
        "set vpn l2tp remote-access client-ip-pool stop '192.168.255.50'",
    ),
    (
        "postfix ldap",
        PLAIN,
        "server_host = ldaps://«host»\nsearch_base = ou=people,dc=corp,dc=lan\nbind = yes\n"
        "bind_dn = cn=«user»,ou=services,dc=corp,dc=lan\nbind_pw = ▒\nquery_filter = (&(objectClass=inetOrgPerson)(mail=%s))\n"
        "result_attribute = uid",
    ),
    (
        "jenkins casc",
        chosen('"\\$'),
        'jenkins:\n  systemMessage: "«db» build server"\n  numExecutors: 2\n  securityRealm:\n    local:\n'
        '      allowsSignup: false\n      users:\n        - id: "«user»"\n          password: "▒"',
    ),
    (
        "paket source",
        JSON,
        "framework: net6.0\nsource https://api.nuget.org/v3/index.json\n"
        'source https://«host»/nuget/«db»/ username: "«user»" password: "▒" authtype: "basic"\n\nnuget Serilog ~> 2.12\n'
        "nuget FSharp.Core",
    ),
    (
        "chat staging box",
        TALK,
        "[10:4«d»] jorge: anyone remember how to get into the «db» admin on staging?\n"
        "[10:4«d»] annelies: yes, user is «user» and the password is ▒\n[10:52] jorge: thx, works",
    ),
    (
        "ticket vpn account",
        chosen(" "),
        "Request #48«n» - VPN access for external consultant\nStatus: resolved\n\n"
        "Account has been created in the AD group VPN-External.\nLogin: «user»\nInitial password: ▒\n"
        "Please ask him to change it at first logon. Expires at the end of the quarter.",
    ),
    (
        "obsidian note",
        chosen(" `"),
        "# NAS zolder\n- ip: 192.168.1.«n»\n- beheer: https://192.168.1.«n»:5001\n- gebruiker `«user»`, wachtwoord `▒`\n"
        "- schijven vervangen in #2023/11, zie [[Backups]]",
    ),
    (
        "readme demo login",
        chosen(" `*_~<"),
        "## Running locally\n\n1. `docker compose up -d`\n2. `make seed`\n"
        "3. open http://localhost:8080 and log in as **«user»@«db».test** with password **▒**\n\nThe seed is rebuilt every night.",
    ),
]
