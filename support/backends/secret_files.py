"""More forms in which files, programs and command lines hold a password, a token or a hash: facts from their documentation."""

from __future__ import annotations

import base64
import random

from support.backends.key_forms import WEAK, made

Form = tuple[str, str, str]
"""A name, a text, and the secret in it."""


def more_forms(chance: random.Random) -> list[Form]:
    """All forms of this module, each with a newly made secret of its kind."""
    weak = chance.choice(WEAK)
    token, hexed, long_hex = made("{w32}", chance), made("{h32}", chance), made("{h64}", chance)
    aws, session = made("{B40}", chance), made("{B180}", chance)
    short = base64.b64encode(f"someone:{weak}".encode()).decode()
    ssha = base64.b64encode(chance.randbytes(24)).decode()
    crypt = f"$6${made('{w8}', chance)}${made('{w86}', chance)}"
    encoded = base64.b64encode(weak.encode()).decode()
    return [
        *_package_managers(weak, token, encoded),
        *_web_frameworks(weak, token, hexed, ssha),
        *_clouds(weak, token, hexed, long_hex, aws, session),
        *_containers(weak, token, short),
        *_shells(weak, token),
        *_continuous_integration(weak, token, session),
        *_requests(token, hexed, long_hex, short, session),
        *_connections(weak),
        *_networks(weak, hexed, crypt),
        *_mail(weak),
        *_languages(weak, short),
        *_sql(weak),
        *_command_lines(weak, token, aws),
        *_servers(weak, token, ssha, crypt),
        *_installers(weak, encoded),
    ]


def _package_managers(weak: str, token: str, encoded: str) -> list[Form]:
    return [
        ("pip.conf", f"[global]\nindex-url = https://someone:{weak}@pypi.example.org/simple\n", weak),
        ("poetry auth.toml", f'[http-basic.private]\nusername = "a"\npassword = "{weak}"\n', weak),
        ("cargo credentials", f'[registry]\ntoken = "{token}"\n', token),
        ("gem credentials", f"---\n:rubygems_api_key: {token}\n", token),
        ("bundler config", f'BUNDLE_GEMS__EXAMPLE__ORG: "someone:{weak}"\n', weak),
        ("nuget.config", f'<add key="ClearTextPassword" value="{weak}" />', weak),
        ("gradle.properties", f"signing.keyId=24875D73\nsigning.password={weak}\n", weak),
        ("gradle user", f"mavenUser=someone\nmavenPassword={weak}\n", weak),
        ("sbt in code", f'credentials += Credentials("Nexus Realm", "nexus.example.org", "someone", "{weak}")', weak),
        ("sbt file", f"realm=Sonatype\nhost=oss.example.org\nuser=someone\npassword={weak}\n", weak),
        ("yarnrc", f'npmRegistries:\n  "https://npm.example.org":\n    npmAuthToken: "{token}"\n', token),
        ("composer auth.json", f'{{"http-basic": {{"a.org": {{"username": "a", "password": "{weak}"}}}}}}', weak),
        ("condarc", f"channels:\n  - https://someone:{weak}@conda.example.org/main\n", weak),
        ("keystore.properties", f"storeFile=a.jks\nstorePassword={weak}\nkeyAlias=a\n", weak),
        ("electron builder", f'"win": {{"certificateFile": "a.pfx", "certificatePassword": "{weak}"}}', weak),
    ]


def _web_frameworks(weak: str, token: str, hexed: str, ssha: str) -> list[Form]:
    salt = "put" + token[:20] + "|+-" + token[20:]
    return [
        ("wp-config salt", f"define('AUTH_KEY',         '{salt}');", salt),
        ("drupal salt", f"$settings['hash_salt'] = '{token}';", token),
        ("laravel", f"APP_NAME=Shop\nAPP_KEY=base64:{ssha}=\nAPP_DEBUG=true\n", ssha),
        ("django", f"SECRET_KEY = 'django-insecure-{token}'", token),
        ("flask", f"app.config['SECRET_KEY'] = '{weak}'", weak),
        ("flask attribute", f"app.secret_key = '{weak}'", weak),
        ("rails master.key", f"{hexed}\n", hexed),
        ("express session", f"app.use(session({{ secret: '{weak}', resave: false }}))", weak),
        ("spring yaml", f"spring:\n  datasource:\n    username: sa\n    password: {weak}\n", weak),
        ("nextauth", f"NEXTAUTH_SECRET={ssha}\nNEXTAUTH_URL=http://localhost:3000\n", ssha),
        ("joomla", f"public $password = '{weak}';", weak),
        ("typo3", f"'encryptionKey' => '{hexed * 2}',", hexed),
        ("play", f'play.http.secret.key="{token}"', token),
        ("jwt sign", f"jwt.sign(payload, '{token}', {{ expiresIn: '1h' }})", token),
        ("devise", f"config.pepper = '{hexed * 2}'", hexed),
    ]


def _clouds(weak: str, token: str, hexed: str, long_hex: str, aws: str, session: str) -> list[Form]:
    return [
        ("aws credentials", f"[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = {aws}\n", aws),
        ("aws session", f"aws_session_token = {session}\n", session),
        ("service account", f'{{"type": "service_account", "private_key_id": "{hexed}88888888"}}', hexed),
        ("client secret", f'"clientId": "a-b-c", "clientSecret": "{token}", "tenantId": "x"', token),
        ("doctl", f"access-token: {long_hex}\ncontext: default\n", long_hex),
        ("tfvars", f'region = "eu"\ndb_password = "{weak}"\n', weak),
        ("tfstate", f'"attributes": {{"engine": "mysql", "password": "{weak}", "port": 3306}}', weak),
        ("terraformrc", f'credentials "app.terraform.io" {{\n  token = "{token}"\n}}\n', token),
        ("terraform variable", f'variable "db_password" {{\n  type    = string\n  default = "{weak}"\n}}\n', weak),
        ("cloudformation", f"  MasterUserPassword: {weak}\n", weak),
        ("pulumi", f"config:\n  shop:dbPassword: {weak}\n", weak),
        ("clouds.yaml", f"clouds:\n  a:\n    auth:\n      username: me\n      password: {weak}\n", weak),
        ("openrc", f"export OS_USERNAME=me\nexport OS_PASSWORD={weak}\n", weak),
        ("arm parameters", f'"adminPassword": {{\n  "value": "{weak}"\n}}', weak),
        ("serverless", f"provider:\n  environment:\n    DB_PASS: {weak}\n", weak),
    ]


def _containers(weak: str, token: str, short: str) -> list[Form]:
    return [
        ("ansible inventory", f"host1 ansible_user=root ansible_password={weak}\n", weak),
        ("ansible become", f"host1 ansible_host=10.0.0.1 ansible_become_pass='{weak}' ansible_port=22\n", weak),
        ("helm values", f"auth:\n  enabled: true\n  rootPassword: {weak}\n", weak),
        ("kubernetes stringData", f"stringData:\n  username: a\n  password: {weak}\n", weak),
        ("kubernetes argument", f'args: ["--user=a", "--password={weak}", "--port=1"]', weak),
        ("kubernetes argument line", f"  - --db-password={weak}\n", weak),
        ("Dockerfile ARG", f"ARG NPM_TOKEN={token}\n", token),
        ("Dockerfile ENV of several", f"ENV PORT=1 DB_PASSWORD={weak} DEBUG=0\n", weak),
        ("docker run", f"docker run -d -e MYSQL_ROOT_PASSWORD={weak} -p 1:1 mysql", weak),
        ("compose map", f"    environment:\n      MYSQL_ROOT_PASSWORD: {weak}\n", weak),
        ("compose command", f"    command: redis-server --requirepass {weak}\n", weak),
        ("passwd in a build", f'RUN echo "{weak}" | passwd --stdin root', weak),
        ("image pull", f"kubectl create secret docker-registry r --docker-username=a --docker-password={weak}", weak),
        ("kustomize", f"secretGenerator:\n- name: a\n  literals:\n  - password={weak}\n", weak),
        ("dockerconfigjson", f'"auth":"{short}","email":"a@b.c"', short),
        ("systemd of several", f'Environment="PORT=1" "PGPASSWORD={weak}"\n', weak),
        ("systemd bare", f"Environment=API_TOKEN={token}\n", token),
    ]


def _shells(weak: str, token: str) -> list[Form]:
    return [
        ("fish", f"set -gx API_TOKEN {token}\n", token),
        ("csh", f"setenv DB_PASSWORD {weak}\n", weak),
        ("batch set", f"set DB_PASSWORD={weak}\r\n", weak),
        ("batch setx", f'setx API_KEY "{token}"\r\n', token),
        ("powershell variable", f'$env:DB_PASSWORD = "{weak}"', weak),
        ("powershell parameter", f'Connect-Thing -User a -Password "{weak}" -Force', weak),
        ("net use", f"net use \\\\server\\share {weak} /user:domain\\someone", weak),
        ("sudo -S", f"echo {weak} | sudo -S apt-get update", weak),
        ("here string", f'sudo -S ls <<< "{weak}"', weak),
        ("case of a variable", f'case $1 in a) PASS="{weak}" ;; esac', weak),
        ("default of a variable", f'DB_PASSWORD="${{DB_PASSWORD:-{weak}}}"', weak),
        ("direnv", f'export GITHUB_TOKEN="{token}"', token),
        ("read into", f'local pass="{weak}"; login "$pass"', weak),
    ]


def _continuous_integration(weak: str, token: str, session: str) -> list[Form]:
    return [
        ("workflow", f"    env:\n      DEPLOY_TOKEN: {token}\n", token),
        ("gitlab variables", f'variables:\n  DEPLOY_PASSWORD: "{weak}"\n', weak),
        ("jenkins parameter", f"password(name: 'DEPLOY', defaultValue: '{weak}', description: 'x')", weak),
        ("travis secure", f'  - secure: "{session}="\n', session),
        ("postman", f'{{"key": "password", "value": "{weak}", "type": "string"}}', weak),
        ("postman environment", f'{{"enabled": true, "key": "api_token", "value": "{token}"}}', token),
        ("insomnia", f'"authentication": {{"type": "bearer", "token": "{token}"}}', token),
        ("azure pipelines", f"- name: sqlPassword\n  value: {weak}\n", weak),
        ("buildkite", f'env:\n  NPM_AUTH: "{token}"\n', token),
        ("fastlane", f'ENV["MATCH_PASSWORD"] = "{weak}"', weak),
        ("jenkins xml", f"<hudson.util.Secret><password>{{AQAA{session[:40]}=}}</password>", session[:40]),
    ]


def _requests(token: str, hexed: str, long_hex: str, short: str, session: str) -> list[Form]:
    return [
        ("bearer header", f"Authorization: Bearer {token}\n", token),
        ("bearer in code", f'headers = {{"Authorization": "Bearer {token}"}}', token),
        ("token header", f"Authorization: token {hexed}00000000\n", hexed),
        ("digest header", f'Authorization: Digest username="a", realm="b", response="{hexed}"', hexed),
        ("auth token header", f"X-Auth-Token: {token}\n", token),
        ("proxy authorization", f"Proxy-Authorization: Basic {short}\n", short),
        ("presigned address", f"https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature={long_hex}", long_hex),
        ("presigned with a session", f"https://b.example.org/k?X-Amz-Security-Token={session}&x=1", session),
        ("private token header", f'curl -H "PRIVATE-TOKEN: {token}" https://gitlab.example.org/', token),
        ("api key of an address", f"https://maps.example.org/js?api_key={token}&v=3", token),
        ("session cookie in code", f"requests.get(url, cookies={{'sessionid': '{token}'}})", token),
        ("csrf", f'<meta name="csrf-token" content="{token}">', token),
        ("websocket", f'new WebSocket("wss://a.example.org/?access_token={token}")', token),
    ]


def _connections(weak: str) -> list[Form]:
    return [
        ("pgpass", f"db.example.org:5432:shop:someone:{weak}\n", weak),
        ("jdbc of mysql", f"jdbc:mysql://db/shop?user=a&password={weak}", weak),
        ("jdbc of sql server", f'"jdbc:sqlserver://db:1433;user=sa;password={weak};encrypt=true"', weak),
        ("odbc", f"DSN=shop;UID=sa;PWD={weak};", weak),
        ("ado", f'"Data Source=db;User ID=sa;Password={weak}"', weak),
        ("amqp", f"amqp://guest:{weak}@mq.example.org:5672/%2f", weak),
        ("mongodb", f"mongodb+srv://app:{weak}@cluster0.example.net/?w=majority", weak),
        ("redis without a user", f"redis://:{weak}@cache.example.org:6379/0", weak),
        ("libpq words", f'psycopg2.connect("dbname=shop user=a password={weak} host=db")', weak),
        ("libpq on a command line", f"psql 'host=db user=a password={weak}'", weak),
        ("sqlplus", f"sqlplus scott/{weak}@orcl", weak),
        ("oracle connect", f"CONNECT scott/{weak}@orcl;", weak),
        ("go dsn", f'sql.Open("mysql", "someone:{weak}@tcp(db:3306)/shop")', weak),
        ("smb mount", f"mount -t cifs //s/d /mnt -o username=a,password={weak}", weak),
        ("smb credentials", f"username=someone\npassword={weak}\ndomain=w\n", weak),
        ("ftp address", f"ftp://someone:{weak}@ftp.example.org/pub", weak),
    ]


def _networks(weak: str, hexed: str, crypt: str) -> list[Form]:
    return [
        (
            "wireguard shared",
            f"PresharedKey = {base64.b64encode(hexed.encode()).decode()}",
            base64.b64encode(hexed.encode()).decode(),
        ),
        ("ipsec shared", f': PSK "{weak}"\n', weak),
        ("ipsec user", f'someone : EAP "{weak}"\n', weak),
        ("network manager", f"[wifi-security]\nkey-mgmt=wpa-psk\npsk={weak}\n", weak),
        ("hostapd", f"wpa=2\nwpa_passphrase={weak}\n", weak),
        ("chap secrets", f'"someone" * "{weak}" *\n', weak),
        ("openvpn user", f"someone\n{weak}\n", weak),
        (
            "openvpn static key",
            "-----BEGIN OpenVPN Static key V1-----\n" + f"{hexed}\n" * 4 + "-----END OpenVPN Static key V1-----\n",
            hexed,
        ),
        ("netplan", f'access-points:\n  "home":\n    password: "{weak}"\n', weak),
        ("wifi code", f"WIFI:T:WPA;S:home;P:{weak};;", weak),
        ("cisco user", f"username admin privilege 15 password 0 {weak}\n", weak),
        ("cisco enable", f"enable password {weak}\n", weak),
        ("snmp community", f"snmp-server community {weak} RO\n", weak),
        ("junos", f'encrypted-password "{crypt}"; ## SECRET-DATA', crypt),
        ("routeros", f'/user add name=a password="{weak}" group=full', weak),
        ("arduino", f'const char* password = "{weak}";', weak),
        ("asterisk", f"[1001]\ntype=friend\nsecret={weak}\n", weak),
    ]


def _mail(weak: str) -> list[Form]:
    return [
        ("muttrc", f'set imap_pass = "{weak}"\n', weak),
        ("msmtprc", f"account a\nuser me\npassword {weak}\n", weak),
        ("fetchmailrc", f'poll a.org protocol imap user "me" password "{weak}" ssl\n', weak),
        ("fetchmailrc with words", f"poll a.org with proto POP3 user me there with password {weak} is me here\n", weak),
        ("offlineimap", f"remoteuser = me\nremotepass = {weak}\n", weak),
        ("mbsync", f"IMAPAccount a\nUser me\nPass {weak}\n", weak),
        ("sasl_passwd", f"[smtp.example.org]:587 someone:{weak}\n", weak),
        ("dovecot users", f"someone:{{PLAIN}}{weak}:1000:1000::/home/a\n", weak),
        ("irssi", f'{{ address = "irc.example.org"; password = "{weak}"; }}', weak),
        ("alertmanager", f"global:\n  smtp_auth_password: '{weak}'\n", weak),
    ]


def _languages(weak: str, short: str) -> list[Form]:
    return [
        ("go struct", f'&redis.Options{{Addr: "a:1", Password: "{weak}", DB: 0}}', weak),
        ("go setenv", f'os.Setenv("DB_PASSWORD", "{weak}")', weak),
        ("java builder", f'DataSource.builder().username("a").password("{weak}").build()', weak),
        ("java properties", f'props.put("password", "{weak}");', weak),
        ("java connection", f'DriverManager.getConnection(url, "root", "{weak}");', weak),
        ("c# credential", f'new NetworkCredential("someone", "{weak}")', weak),
        ("python auth pair", f'requests.get(url, auth=("someone", "{weak}"))', weak),
        ("python basic auth", f"HTTPBasicAuth('someone', '{weak}')", weak),
        ("python smtp", f'server.login("me@example.org", "{weak}")', weak),
        ("javascript auth", f"auth: {{ user: 'me@example.org', pass: '{weak}' }}", weak),
        ("javascript btoa", f"'Basic ' + btoa('someone:{weak}')", weak),
        ("php mysqli", f'mysqli_connect("localhost", "root", "{weak}", "shop");', weak),
        ("php pdo", f"new PDO($dsn, 'root', '{weak}');", weak),
        ("curl option", f'curl_easy_setopt(curl, CURLOPT_USERPWD, "someone:{weak}");', weak),
        ("rust basic auth", f'client.get(url).basic_auth("someone", Some("{weak}"))', weak),
        ("ruby net ssh", f"Net::SSH.start(host, 'root', password: '{weak}') do |ssh|", weak),
        ("chef", f"default['mysql']['password'] = '{weak}'", weak),
        ("puppet", f"  password => '{weak}',\n", weak),
        ("clojure", f'(def db {{:user "a" :password "{weak}"}})', weak),
        ("haskell", f'conn <- connect defaultConnectInfo {{ connectPassword = "{weak}" }}', weak),
        ("erlang", f'{{default_pass, <<"{weak}">>}},', weak),
        ("lua long string", f"local password = [[{weak}]]", weak),
        ("nix", f'services.a.password = "{weak}";', weak),
        ("julia", f'const PASSWORD = "{weak}"', weak),
        ("perl dbi", f"DBI->connect($dsn, 'root', '{weak}')", weak),
        ("vba", f'conn.Open "DSN=shop", "sa", "{weak}"', weak),
        ("typescript default", f"constructor(private user = 'a', private password = '{weak}') {{}}", weak),
        ("kotlin named", f'Login(user = "a", password = "{weak}")', weak),
        ("swift keychain", f'keychain.set("{weak}", forKey: "password")', weak),
        ("comparison", f'if password == "{weak}":', weak),
        ("test of a login", f"fill_in 'Password', with: '{weak}'", weak),
        ("selenium", f'driver.find_element(By.ID, "password").send_keys("{weak}")', weak),
        ("basic in code", f"req.Header.Set('Authorization', 'Basic {short}')", short),
    ]


def _sql(weak: str) -> list[Form]:
    return [
        ("create login", f"CREATE LOGIN a WITH PASSWORD = '{weak}', CHECK_POLICY = OFF;", weak),
        ("set password", f"SET PASSWORD FOR 'a'@'%' = PASSWORD('{weak}');", weak),
        ("grant", f"GRANT ALL ON shop.* TO 'a'@'%' IDENTIFIED BY '{weak}';", weak),
        ("insert", f"INSERT INTO users (name, password) VALUES ('someone', '{weak}');", weak),
        ("identified bare", f"ALTER USER scott IDENTIFIED BY {weak};", weak),
        ("user mapping", f"CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'b', password '{weak}');", weak),
        ("update", f"UPDATE users SET password = '{weak}' WHERE id = 1;", weak),
        ("md5 of a word", f"SELECT * FROM users WHERE pwd = MD5('{weak}');", weak),
    ]


def _command_lines(weak: str, token: str, aws: str) -> list[Form]:
    return [
        ("lftp", f"lftp -u someone,{weak} sftp://example.org", weak),
        ("wget of two words", f"wget --user someone --password {weak} https://example.org/", weak),
        ("aws configure", f"aws configure set aws_secret_access_key {aws}", aws),
        ("gpg", f"gpg --batch --passphrase {weak} -d a.gpg", weak),
        ("zip", f"zip -P {weak} a.zip b.txt", weak),
        ("7z", f"7z x -p{weak} a.7z", weak),
        ("keytool", f"keytool -genkey -storepass {weak} -alias a", weak),
        ("svn", f"svn checkout --username a --password {weak} https://svn.example.org/", weak),
        ("sqlcmd", f"sqlcmd -S db -U sa -P {weak} -Q 'select 1'", weak),
        ("mysqladmin", f"mysqladmin -uroot -p{weak} status", weak),
        ("mosquitto", f"mosquitto_pub -u a -P {weak} -t x -m y", weak),
        ("rabbitmqctl", f"rabbitmqctl add_user someone {weak}", weak),
        ("xfreerdp", f"xfreerdp /u:someone /p:{weak} /v:host", weak),
        ("vault login", f"vault login {token}", token),
        ("borg", f"BORG_PASSPHRASE='{weak}' borg list", weak),
        ("security", f"security add-generic-password -a me -s svc -w {weak}", weak),
        ("cqlsh", f"cqlsh -u cassandra -p {weak} db", weak),
        ("openssl enc", f"openssl enc -aes-256-cbc -k {weak} -in a", weak),
        ("account key", f"az storage blob list --account-name a --account-key {aws}aaaa==", aws),
    ]


def _servers(weak: str, token: str, ssha: str, crypt: str) -> list[Form]:
    return [
        ("haproxy user", f"user admin insecure-password {weak}\n", weak),
        ("haproxy stats", f"stats auth admin:{weak}\n", weak),
        ("apache ldap", f"AuthLDAPBindPassword {weak}\n", weak),
        ("apache setenv", f"SetEnv DB_PASSWORD {weak}\n", weak),
        ("grafana", f"[security]\nadmin_user = admin\nadmin_password = {weak}\n", weak),
        ("prometheus", f"basic_auth:\n  username: a\n  password: {weak}\n", weak),
        ("kafka", f'KafkaClient {{\n  PlainLoginModule required\n  username="a"\n  password="{weak}";\n}};', weak),
        ("kafka on a line", f'sasl.jaas.config=o.a.PlainLoginModule required username="a" password="{weak}";', weak),
        ("redis acl", f"user default on >{weak} ~* +@all\n", weak),
        ("redis master", f"masterauth {weak}\n", weak),
        ("supervisor", f"[inet_http_server]\nport=9001\nusername=a\npassword={weak}\n", weak),
        ("php-fpm", f"env[DB_PASSWORD] = {weak}\n", weak),
        ("squid peer", f"cache_peer p.example.org parent 3128 0 login=someone:{weak}\n", weak),
        ("freeswitch", f'<param name="password" value="{weak}"/>', weak),
        ("zabbix", f"DBUser=zabbix\nDBPassword={weak}\n", weak),
        ("consul", f'"encrypt": "{ssha}",', ssha),
        ("rabbitmq.conf", f"default_user = a\ndefault_pass = {weak}\n", weak),
        ("splunk", f"[general]\npass4SymmKey = {weak}\n", weak),
        ("nslcd", f"binddn cn=a,dc=b\nbindpw {weak}\n", weak),
        ("slapd", f"rootpw {{SSHA}}{ssha}\n", ssha),
        ("elasticsearch", f"xpack.security.http.ssl.keystore.password: {weak}\n", weak),
        ("tomcat", f'<Resource name="jdbc/a" username="sa" password="{weak}" maxTotal="1"/>', weak),
        ("vault config", f'vault {{\n  address = "https://v:8200"\n  token   = "{token}"\n}}', token),
        ("shadow of a tool", f'password_hash: "{crypt}"', crypt),
    ]


def _installers(weak: str, encoded: str) -> list[Form]:
    return [
        ("ldif encoded", f"userPassword:: {encoded}\n", encoded),
        ("keepass", f'<String><Key>Password</Key><Value ProtectInMemory="True">{weak}</Value></String>', weak),
        ("browser export", f"url,username,password\nhttps://a.example.org,someone,{weak}\n", weak),
        ("unattended", f"<Password><Value>{weak}</Value><PlainText>true</PlainText></Password>", weak),
        ("kickstart", f"rootpw --plaintext {weak}\n", weak),
        ("preseed", f"d-i passwd/root-password password {weak}\n", weak),
        ("cloud-init list", f"chpasswd:\n  list: |\n    root:{weak}\n", weak),
        ("cloud-init user", f"users:\n  - name: a\n    plain_text_passwd: '{weak}'\n", weak),
        ("packer", f'"ssh_username": "root", "ssh_password": "{weak}",', weak),
        ("vagrant", f'config.ssh.password = "{weak}"', weak),
        ("readme", f"Log in as `admin` with the password `{weak}`.", weak),
        ("list item", f"- Password: `{weak}`\n", weak),
        ("table", f"| user | password |\n|---|---|\n| admin | {weak} |\n", weak),
        ("plist", f"<key>Password</key>\n<string>{weak}</string>", weak),
    ]
