"""Forms in which the files and command lines of 198 programs hold a password or a key: facts from their documentation.

They were collected when `codestral_ls.backends.masking` had rules already, and later rules were written from them. Of the last
104, for which there was no rule yet, 21 leaked at least one of 20 secrets when they were first measured.
"""

from __future__ import annotations

import base64
import random

from support.backends.key_forms import WEAK, made
from support.backends.secret_files import Form


def program_forms(chance: random.Random) -> list[Form]:
    """All forms of this module, each with a newly made secret of its kind."""
    weak = chance.choice(WEAK)
    token, hexed, long_hex = made("{w32}", chance), made("{h32}", chance), made("{H64}", chance)
    aws, bcrypt = made("{B40}", chance), f"$2y$10${made('{w53}', chance)}"
    apr = f"$apr1${made('{w8}', chance)}${made('{w22}', chance)}"
    key = base64.b64encode(chance.randbytes(32)).decode()
    encoded = base64.b64encode(weak.encode()).decode()
    return [
        *_backups(weak, aws, token),
        *_databases(weak, aws),
        *_frameworks(weak, long_hex),
        *_queues(weak, token),
        *_observers(weak),
        *_directories(weak, key, long_hex),
        *_web_servers(weak, bcrypt, apr),
        *_chat_and_mail(weak, encoded, hexed),
        *_windows(weak, hexed),
        *_builds(weak, token, hexed),
        *_languages(weak),
        *_machines(weak),
        *_services(weak, key),
    ]


def _backups(weak: str, aws: str, token: str) -> list[Form]:
    return [
        ("davfs secrets", f"/mnt/dav  alice  {weak}\n", weak),
        ("s3fs", f"AKIDEXAMPLE:{aws}\n", aws),
        ("rclone", f"[remote]\ntype = sftp\nuser = me\npass = {token}\n", token),
        ("restic", f"RESTIC_PASSWORD={weak} restic backup /home", weak),
        ("duplicity", f"PASSPHRASE={weak} duplicity full /home sftp://a@h/b", weak),
        ("borgmatic", f'encryption_passphrase: "{weak}"\n', weak),
        ("bacula", f'Director {{\n  Name = bacula-dir\n  Password = "{weak}"\n}}\n', weak),
        ("rsyncd secrets", f"backup:{weak}\n", weak),
        ("rsync", f"RSYNC_PASSWORD={weak} rsync -a a@h::m .", weak),
        ("cryptsetup", f"echo -n '{weak}' | cryptsetup luksOpen /dev/sda1 a -", weak),
    ]


def _databases(weak: str, aws: str) -> list[Form]:
    return [
        ("my.cnf", f'[mysqldump]\nuser=backup\npassword="{weak}"\n', weak),
        ("pgbouncer userlist", f'"alice" "{weak}"\n', weak),
        ("mongo address", f"MONGO_URL=mongodb://app:{weak}@db:27017/x\n", weak),
        ("cqlshrc", f"[authentication]\nusername = a\npassword = {weak}\n", weak),
        ("influx", f"influx -username admin -password {weak} -execute 'SHOW DATABASES'", weak),
        ("clickhouse users", f"<users><default><password>{weak}</password></default></users>", weak),
        ("clickhouse client", f"clickhouse-client --user a --password {weak} -q 'SELECT 1'", weak),
        ("snowsql", f"[connections.a]\naccountname = x\nusername = y\npassword = {weak}\n", weak),
        ("dbt", f"      user: dbt\n      pass: {weak}\n      port: 5432\n", weak),
        ("airflow", f"AIRFLOW_CONN_DB='postgresql://a:{weak}@h:5432/d'\n", weak),
        ("alembic", f"sqlalchemy.url = mysql+pymysql://a:{weak}@h/d\n", weak),
        ("sqlite cipher", f"PRAGMA key = '{weak}';", weak),
        ("redshift copy", f"CREDENTIALS 'aws_access_key_id=x;aws_secret_access_key={aws}'", aws),
        ("wallet", f"mkstore -wrl . -createCredential db1 alice {weak}", weak),
        ("beeline", f"beeline -u jdbc:hive2://h:10000 -n a -p {weak}", weak),
        ("sqoop", f"sqoop import --connect c --username a --password {weak} --table t", weak),
        ("dblink", f"SELECT * FROM dblink('host=h user=a password={weak}', 'select 1') AS t(i int);", weak),
        ("neo4j", f'GraphDatabase.driver("bolt://h:7687", auth=("neo4j", "{weak}"))', weak),
        ("couchdb admins", f"[admins]\nadmin = {weak}\n", weak),
        ("mongo shell", f'db.createUser({{ user: "a", pwd: "{weak}", roles: ["readWrite"] }})', weak),
        ("db2", f"db2 connect to shop user db2inst1 using {weak}", weak),
        ("mssql container", f"docker run -e ACCEPT_EULA=Y -e MSSQL_SA_PASSWORD={weak} -p 1433:1433 mssql", weak),
    ]


def _frameworks(weak: str, long_hex: str) -> list[Form]:
    return [
        ("django databases", f"    'PASSWORD': '{weak}',\n", weak),
        ("sequelize", f'"development": {{ "username": "root", "password": "{weak}", "database": "d" }}', weak),
        ("typeorm", f'new DataSource({{ type: "postgres", username: "a", password: "{weak}" }})', weak),
        ("prisma", f'  url = "postgresql://a:{weak}@localhost:5432/d?schema=public"\n', weak),
        ("hibernate", f'<property name="hibernate.connection.password">{weak}</property>', weak),
        ("wildfly credential", f'<credential-reference clear-text="{weak}"/>', weak),
        ("jboss datasource", f"<security><user-name>sa</user-name><password>{weak}</password></security>", weak),
        ("log4j mail", f'<SMTP name="m" smtpHost="h" smtpUsername="u" smtpPassword="{weak}"/>', weak),
        ("web.config", f'<add name="D" connectionString="Server=.;Uid=sa;Pwd={weak};" />', weak),
        ("machine key", f'<machineKey validationKey="{long_hex}" validation="SHA1" />', long_hex),
        ("iis identity", f'<processModel identityType="SpecificUser" userName="a" password="{weak}" />', weak),
        ("appsettings", f'"ConnectionStrings": {{ "Default": "Host=h;Username=a;Password={weak}" }}', weak),
        ("quartz", f"org.quartz.dataSource.myDS.password = {weak}\n", weak),
        ("rails database", f"production:\n  adapter: mysql2\n  username: app\n  password: {weak}\n", weak),
        ("symfony", f"MAILER_DSN=smtp://user:{weak}@smtp.example.org:25\n", weak),
        ("liquibase", f"liquibase --url=jdbc:h2:mem --username=sa --password={weak} update", weak),
        ("flyway", f"flyway.user=sa\nflyway.password={weak}\n", weak),
        ("phoenix", f'config :app, App.Repo,\n  username: "postgres",\n  password: "{weak}",\n', weak),
        ("spring security", f'<user name="a" password="{{noop}}{weak}" authorities="ROLE_USER"/>', weak),
    ]


def _queues(weak: str, token: str) -> list[Form]:
    return [
        ("activemq", f'<authenticationUser username="a" password="{weak}" groups="g"/>', weak),
        ("nats", f"authorization {{\n  user: a\n  password: {weak}\n}}\n", weak),
        ("nats token", f'authorization: {{ token: "{token}" }}', token),
        ("mosquitto bridge", f"remote_username a\nremote_password {weak}\n", weak),
        ("zookeeper", f"addauth digest super:{weak}\n", weak),
        ("kafka scram", f"kafka-configs.sh --alter --add-config 'SCRAM-SHA-256=[password={weak}]' --entity-name a", weak),
        ("celery broker", f"broker_url = 'amqp://a:{weak}@h:5672//'", weak),
        ("pulsar", f'brokerClientAuthenticationParameters={{"userId":"a","password":"{weak}"}}', weak),
        ("stomp", f"CONNECT\nlogin:a\npasscode:{weak}\n\n", weak),
    ]


def _observers(weak: str) -> list[Form]:
    return [
        ("httpie", f"http --auth admin:{weak} localhost:9200/_cat", weak),
        ("kibana", f'elasticsearch.password: "{weak}"\n', weak),
        ("logstash", f'    user => "elastic"\n    password => "{weak}"\n', weak),
        ("fluentd", f"  <server>\n    host h\n    username a\n    password {weak}\n  </server>\n", weak),
        ("telegraf", f'[[outputs.influxdb]]\n  username = "t"\n  password = "{weak}"\n', weak),
        ("nagios resource", f"$USER3$={weak}\n", weak),
        ("nagios command", f"command_line $USER1$/check_mysql -H h -u nagios -p {weak}\n", weak),
        ("icinga", f'object ApiUser "root" {{\n  password = "{weak}"\n}}\n', weak),
        ("munin", f"[mysql*]\nenv.mysqlpassword {weak}\n", weak),
        ("collectd", f'<Database d>\n  User "a"\n  Password "{weak}"\n</Database>\n', weak),
        ("datadog check", f"instances:\n  - host: h\n    username: datadog\n    password: {weak}\n", weak),
        ("grafana source", f"    secureJsonData:\n      password: {weak}\n", weak),
    ]


def _directories(weak: str, key: str, long_hex: str) -> list[Form]:
    return [
        ("rndc key", f'key "rndc-key" {{\n  algorithm hmac-sha256;\n  secret "{key}";\n}};\n', key),
        ("powerdns", f"gmysql-user=a\ngmysql-password={weak}\n", weak),
        ("radius client", f"client a {{\n  ipaddr = 10.0.0.1\n  secret = {weak}\n}}\n", weak),
        ("radius user", f'bob Cleartext-Password := "{weak}"\n', weak),
        ("olc root", f"olcRootPW: {weak}\n", weak),
        ("sssd", f"ldap_default_bind_dn = cn=a\nldap_default_authtok = {weak}\n", weak),
        ("kadmin", f'kadmin.local -q "addprinc -pw {weak} alice"', weak),
        ("smbpasswd", f"printf '{weak}\\n{weak}\\n' | smbpasswd -a -s alice", weak),
        ("proftpd sql", f"SQLConnectInfo proftpd@localhost proftpd {weak}\n", weak),
        ("ldapsearch", f'ldapsearch -x -D "cn=admin,dc=a" -w {weak} -b dc=a', weak),
        ("tsig", f"tsig-keygen: {long_hex}\n", long_hex),
        ("ldapjs", f"client.bind('cn=root', '{weak}', (err) => {{}});", weak),
    ]


def _web_servers(weak: str, bcrypt: str, apr: str) -> list[Form]:
    return [
        ("apache dbd", f'DBDParams "host=h user=a pass={weak} dbname=d"\n', weak),
        ("traefik users", f'  - "admin:{apr}"\n', apr),
        ("caddy", f"basicauth /x {{\n  bob {bcrypt}\n}}\n", bcrypt),
        ("nginx auth file", f"alice:{{PLAIN}}{weak}\n", weak),
        ("uwsgi", f"env = DATABASE_PASSWORD={weak}\n", weak),
        ("varnish", f'if (req.http.Authorization != "Basic {base64.b64encode(f"a:{weak}".encode()).decode()}") {{',
         base64.b64encode(f"a:{weak}".encode()).decode()),
        ("tomcat users", f'<user username="tomcat" password="{weak}" roles="manager-gui"/>', weak),
        ("jetty realm", f"admin: {weak},server-administrator\n", weak),
        ("tinyproxy", f"BasicAuth alice {weak}\n", weak),
        ("dante", f"HTTPS_PROXY=http://alice:{weak}@proxy.example.org:3128\n", weak),
    ]  # fmt: skip


def _chat_and_mail(weak: str, encoded: str, hexed: str) -> list[Form]:
    return [
        ("mutt address", f'set smtp_url = "smtp://a:{weak}@smtp.example.org:587/"\n', weak),
        ("postfix mysql", f"user = postfix\npassword = {weak}\nhosts = h\n", weak),
        ("exim", f"  client_send = : a : {weak}\n", weak),
        ("getmail", f"[retriever]\ntype = X\nusername = u\npassword = {weak}\n", weak),
        ("znc", f"<Pass password>\n  Method = sha256\n  Hash = {hexed}{hexed}\n</Pass>\n", hexed),
        ("weechat", f'irc.server.a.sasl_password = "{weak}"\n', weak),
        ("pidgin", f"<account>\n<protocol>prpl-jabber</protocol>\n<name>a</name>\n<password>{weak}</password>\n", weak),
        ("filezilla", f'<User>a</User>\n<Pass encoding="base64">{encoded}</Pass>\n', encoded),
        ("swaks", f"swaks --to a@example.org --auth-user a --auth-password {weak}", weak),
        ("authinfo", f"machine mail port 587 login a password {weak}\n", weak),
        ("sendmail authinfo", f'AuthInfo:mail.example.org "U:a" "P:{weak}" "M:PLAIN"\n', weak),
        ("prosody", f'component_secret = "{weak}"\n', weak),
    ]


def _windows(weak: str, hexed: str) -> list[Form]:
    return [
        ("winscp", f'winscp.com /command "open sftp://a:{weak}@h/"', weak),
        ("plink", f"plink -ssh a@h -pw {weak} ls", weak),
        ("rdp file", f"username:s:a\npassword 51:b:{hexed.upper()}{hexed.upper()}\n", hexed.upper()),
        ("schtasks", f"schtasks /create /tn a /tr b.exe /ru alice /rp {weak}", weak),
        ("psexec", f"psexec \\\\h -u alice -p {weak} cmd", weak),
        ("registry", f'"DefaultUserName"="a"\n"DefaultPassword"="{weak}"\n', weak),
        ("wmic", f"wmic /node:h /user:a /password:{weak} os get name", weak),
        ("msiexec", f"msiexec /i a.msi SQLUSER=sa SQLPASSWORD={weak} /qn", weak),
        (
            "powershell credential",
            f"$cred = New-Object PSCredential('a', (ConvertTo-SecureString '{weak}' -AsPlainText -Force))",
            weak,
        ),
        ("group policy", f'<Properties action="U" userName="a" cpassword="{hexed}" />', hexed),
    ]


def _builds(weak: str, token: str, hexed: str) -> list[Form]:
    return [
        ("jupyter", f"c.NotebookApp.token = '{token}'\n", token),
        ("gitlab.rb", f"gitlab_rails['initial_root_password'] = \"{weak}\"\n", weak),
        ("sonar", f"sonar-scanner -Dsonar.login={hexed}00000000", hexed),
        ("maven call", f"mvn deploy -Dusername=a -Dpassword={weak}", weak),
        ("cordova", f'"release": {{ "keystore": "a.jks", "storePassword": "{weak}", "alias": "a" }}', weak),
        ("keychain", f"security unlock-keychain -p {weak} login.keychain", weak),
        ("docker secret", f"printf {weak} | docker secret create db_password -", weak),
        ("podman", f"podman login --username a --password {weak} quay.io", weak),
        ("helm repository", f"helm repo add r https://h --username a --password {weak}", weak),
        ("terraform backend", f'terraform init -backend-config="password={weak}"', weak),
        ("ansible extra", f'ansible-playbook site.yml -e "db_pass={weak}"', weak),
        ("salt", f"mysql.pass: '{weak}'\n", weak),
        ("packer variable", f"packer build -var 'ssh_pass={weak}' a.pkr.hcl", weak),
        ("jenkins groovy", f"withEnv(['DB_PASSWORD={weak}']) {{ sh 'make' }}", weak),
        ("signtool", f"signtool sign /f a.pfx /p {weak} a.exe", weak),
        ("jarsigner", f"jarsigner -keystore a.jks -storepass {weak} a.jar alias", weak),
        ("twine", f"twine upload -u a -p {weak} dist/*", weak),
        ("npm login", f"npm-cli-login -u a -p {weak} -e a@b.c", weak),
    ]


def _languages(weak: str) -> list[Form]:
    return [
        ("robot framework", f"Input Password    id=pw    {weak}\n", weak),
        ("gatling", f'.basicAuth("a", "{weak}")', weak),
        ("jmeter", f'<stringProp name="Authorization.password">{weak}</stringProp>', weak),
        ("rest client", f"@password = {weak}\n", weak),
        ("karate", f"* def password = '{weak}'\n", weak),
        ("objective-c", f'NSString *password = @"{weak}";', weak),
        ("scala", f'val dbPassword: String = "{weak}"', weak),
        ("dart", f"final String password = '{weak}';", weak),
        ("r", f'dbConnect(RMySQL::MySQL(), user = "a", password = "{weak}")', weak),
        ("matlab", f"conn = database('d','root','{weak}');", weak),
        ("delphi", f"ADOConnection.Open('sa', '{weak}');", weak),
        ("tcl", f'set password "{weak}"\n', weak),
        ("bash table", f"declare -A cfg=([user]=a [password]={weak})\n", weak),
        ("makefile", f"DB_PASS := {weak}\n", weak),
        ("cmake", f'set(UPLOAD_PASSWORD "{weak}")\n', weak),
        ("vimrc", f'let g:db_password = "{weak}"\n', weak),
        ("org mode", f"#+PROPERTY: header-args :dbuser a :dbpassword {weak}\n", weak),
        ("f#", f'let password = "{weak}"\n', weak),
        ("ocaml", f'let db_password = "{weak}"\n', weak),
        ("crystal", f'PASSWORD = "{weak}"\n', weak),
        ("graphql", f'mutation {{ login(email: "a@b.c", password: "{weak}") {{ token }} }}', weak),
        ("gherkin", f'When I log in as "alice" with password "{weak}"\n', weak),
        ("cucumber table", f"| alice | password | {weak} |\n", weak),
        ("java call", f'connection.authenticateWithPassword("alice", "{weak}")', weak),
        ("c# secure", f'new SqlCredential("sa", "{weak}".ToSecureString())', weak),
        ("go literal", f'auth := smtp.PlainAuth("", "a@b.c", "{weak}", "smtp.b.c")', weak),
        ("python paramiko", f'ssh.connect("h", 22, "root", "{weak}")', weak),
        ("node ssh", f"conn.connect({{ host: 'h', port: 22, username: 'root', password: '{weak}' }})", weak),
    ]


def _machines(weak: str) -> list[Form]:
    return [
        ("ipmitool", f"ipmitool -I lanplus -H h -U admin -P {weak} power on", weak),
        ("racadm", f"racadm -r h -u root -p {weak} getsysinfo", weak),
        ("snmpwalk", f"snmpwalk -v3 -u alice -A {weak} -l authNoPriv h", weak),
        ("nmcli", f"nmcli dev wifi connect home password {weak}", weak),
        ("iwd", f"[Security]\nPassphrase={weak}\n", weak),
        ("esphome", f'wifi:\n  ssid: "a"\n  password: "{weak}"\n', weak),
        ("swanctl", f'  eap-a {{\n    id = a\n    secret = "{weak}"\n  }}\n', weak),
        ("fortigate", f"    set psksecret {weak}\n", weak),
        ("f5", f"create auth user alice password {weak}\n", weak),
        ("kamailio", f'modparam("db", "db_url", "mysql://a:{weak}@localhost/k")', weak),
        ("x11vnc", f"x11vnc -passwd {weak} -display :0", weak),
        ("huawei", f"local-user admin password simple {weak}\n", weak),
        ("tacacs", f"tacacs-server host 10.0.0.1 key {weak}\n", weak),
        ("bgp", f" neighbor 10.0.0.1 password {weak}\n", weak),
        ("keepalived", f"authentication {{\n  auth_type PASS\n  auth_pass {weak}\n}}\n", weak),
        ("corosync", f"pcs host auth a b -u hacluster -p {weak}", weak),
        ("mount cifs", f"//h/s /mnt cifs username=a,password={weak},uid=1000 0 0\n", weak),
        ("grub", f"password alice {weak}\n", weak),
    ]


def _services(weak: str, key: str) -> list[Form]:
    return [
        ("transmission", f'    "rpc-password": "{weak}",\n', weak),
        ("deluge", f"alice:{weak}:10\n", weak),
        ("home assistant", f"mqtt_password: {weak}\n", weak),
        ("argocd", f"argocd login h --username admin --password {weak}", weak),
        ("harbor", f"harbor_admin_password: {weak}\n", weak),
        ("minio client", f"mc alias set m http://h:9000 minioadmin {weak}", weak),
        ("ceph", f"[client.admin]\n\tkey = {key}\n", key),
        ("etcdctl", f"etcdctl --user root:{weak} get /", weak),
        ("consul auth", f"CONSUL_HTTP_AUTH=operations:{weak}\n", weak),
        ("nextcloud", f"  'dbpassword' => '{weak}',\n", weak),
        ("ghost", f'"connection": {{ "user": "root", "password": "{weak}" }}', weak),
        ("matrix", f"registration_shared_secret: {weak}\n", weak),
        ("seafile", f"[database]\nhost = h\npassword = {weak}\n", weak),
        ("gitea ini", f"[database]\nUSER = a\nPASSWD = {weak}\n", weak),
        ("keycloak", f"kc.sh start --db-username=a --db-password={weak}", weak),
        ("vsphere", f"govc: GOVC_PASSWORD={weak}\n", weak),
        ("pihole", f"pihole -a -p {weak}", weak),
        ("borg key", f"borg init --encryption=repokey && echo {weak} | borg key import", weak),
    ]
