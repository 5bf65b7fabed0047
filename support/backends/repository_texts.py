"""Program code, pipelines, records and prose of `repository_forms`."""

from __future__ import annotations

from support.backends.drawn_keys import bot_token, in_base64, in_url_base64, key, web_token
from support.backends.drawn_passwords import ADDRESS, LITERAL, password
from support.backends.form_templates import Template

CODE: list[Template] = [
    (
        "psycopg",
        password(),
        'import psycopg\n\nconn = psycopg.connect(\n    host="db.internal",\n    dbname="billing",\n    user="billing_rw",\n'
        '    password="▒",\n)',
    ),
    (
        "openai client",
        key("sk-proj-{b124}"),
        'from openai import OpenAI\n\nclient = OpenAI(api_key="▒")\n'
        'answer = client.chat.completions.create(model="gpt-4o-mini", messages=messages)',
    ),
    (
        "hugging face",
        key("hf_{a34}"),
        'from huggingface_hub import login\nfrom transformers import AutoTokenizer\n\nlogin(token="▒")\n'
        'tok = AutoTokenizer.from_pretrained("meta-llama/Llama-3.1-8B")',
    ),
    (
        "telegram bot",
        bot_token,
        'from telegram.ext import ApplicationBuilder, CommandHandler\n\nBOT_TOKEN = "▒"\n\n'
        'app = ApplicationBuilder().token(BOT_TOKEN).build()\napp.add_handler(CommandHandler("start", start))\napp.run_polling()',
    ),
    (
        "fernet",
        in_url_base64(32, padded=True),
        'from cryptography.fernet import Fernet\n\n# encryption key for the exported reports\nfernet = Fernet(b"▒")\n\n'
        "def seal(data: bytes) -> bytes:\n    return fernet.encrypt(data)",
    ),
    (
        "twilio",
        key("{h32}"),
        "const accountSid = 'AC0f1e2d3c4b5a69788796a5b4c3d2e1f0';\nconst authToken = '▒';\n"
        "const client = require('twilio')(accountSid, authToken);\n\n"
        "client.messages.create({ body: 'Order shipped', from: '+15005550006', to: phone });",
    ),
    (
        "hardhat",
        key("0x{h64}"),
        'const config: HardhatUserConfig = {\n  solidity: "0.8.24",\n  networks: {\n    sepolia: {\n'
        '      url: "https://rpc.sepolia.org",\n      // deployer private key\n      accounts: ["▒"],\n    },\n  },\n};',
    ),
    (
        "hikari",
        password(),
        'HikariConfig config = new HikariConfig();\nconfig.setJdbcUrl("jdbc:mariadb://localhost:3306/tickets");\n'
        'config.setUsername("tickets");\nconfig.setPassword("▒");\nconfig.setMaximumPoolSize(10);\n'
        "HikariDataSource ds = new HikariDataSource(config);",
    ),
    (
        "javamail authenticator",
        password(),
        "Session session = Session.getInstance(props, new Authenticator() {\n    @Override\n"
        "    protected PasswordAuthentication getPasswordAuthentication() {\n"
        '        return new PasswordAuthentication("noreply@example.com", "▒");\n    }\n});',
    ),
    (
        "npgsql",
        password(),
        'await using var conn = new NpgsqlConnection(\n    "Host=pg.local;Username=crm;Password=▒;Database=crm");\n'
        "await conn.OpenAsync();",
    ),
    (
        "azure storage key",
        in_base64(64),
        "const string StorageConnection =\n"
        '    "DefaultEndpointsProtocol=https;AccountName=photoarchive;AccountKey=▒;EndpointSuffix=core.windows.net";\n\n'
        'var container = new BlobContainerClient(StorageConnection, "uploads");',
    ),
    (
        "go-redis",
        password(),
        'rdb := redis.NewClient(&redis.Options{\n\tAddr:     "cache-1:6379",\n\tPassword: "▒",\n\tDB:       2,\n})',
    ),
    (
        "sqlx options",
        password(),
        'let options = PgConnectOptions::new()\n    .host("localhost")\n    .port(5432)\n    .username("meter")\n'
        '    .password("▒")\n    .database("readings");\nlet pool = PgPoolOptions::new().connect_with(options).await?;',
    ),
    (
        "guzzle",
        password(LITERAL),
        "$client = new GuzzleHttp\\Client(['base_uri' => 'https://erp.example.com/api/']);\n$res = $client->get('stock', [\n"
        "    'auth' => ['warehouse', '▒'],\n    'timeout' => 10,\n]);",
    ),
    (
        "mysql_real_connect",
        password(),
        'MYSQL *db = mysql_init(NULL);\nconst char *user = "sensor";\nconst char *password = "▒";\n'
        'if (!mysql_real_connect(db, "localhost", user, password, "plant", 0, NULL, 0)) {\n'
        '    fprintf(stderr, "%s\\n", mysql_error(db));\n    return 1;\n}',
    ),
    (
        "qt sql",
        password(),
        'QSqlDatabase db = QSqlDatabase::addDatabase("QPSQL");\ndb.setHostName("lager-pc");\ndb.setDatabaseName("lager");\n'
        'db.setUserName("lager");\ndb.setPassword("▒");\nbool ok = db.open();',
    ),
    (
        "gitlab release script",
        key("glpat-{b20}"),
        '#!/usr/bin/env bash\nset -euo pipefail\nGITLAB_TOKEN="▒"\ncurl --fail --header "PRIVATE-TOKEN: $GITLAB_TOKEN" \\\n'
        '  "https://gitlab.example.com/api/v4/projects/42/releases"',
    ),
    (
        "invoke-restmethod",
        key("{w40}"),
        "$params = @{\n    Uri     = 'https://sms.example.com/v2/messages'\n    Method  = 'Post'\n"
        "    Headers = @{ 'X-Api-Key' = '▒' }\n    Body    = ($message | ConvertTo-Json)\n}\nInvoke-RestMethod @params",
    ),
    (
        "snowflake user",
        password(LITERAL),
        "USE ROLE USERADMIN;\nCREATE USER IF NOT EXISTS looker\n  PASSWORD = '▒'\n  DEFAULT_ROLE = REPORTER\n"
        "  DEFAULT_WAREHOUSE = BI_WH\n  MUST_CHANGE_PASSWORD = FALSE;",
    ),
]

PIPELINES: list[Template] = [
    (
        "woodpecker",
        key("{h64}"),
        "  woodpecker-agent:\n    image: woodpeckerci/woodpecker-agent:v2\n    command: agent\n    environment:\n"
        "      - WOODPECKER_SERVER=woodpecker-server:9000\n      - WOODPECKER_AGENT_SECRET=▒",
    ),
]

RECORDS: list[Template] = [
    (
        "notebook cell",
        password(ADDRESS),
        '{\n "cell_type": "code",\n "execution_count": 3,\n "metadata": {},\n "outputs": [],\n "source": [\n'
        '  "from sqlalchemy import create_engine\\n",\n'
        "  \"engine = create_engine('postgresql+psycopg2://analyst:▒@dwh.local:5432/sales')\\n\",\n"
        "  \"df = pd.read_sql('select * from orders limit 10', engine)\"\n ]\n}",
    ),
    (
        "pop3 by hand",
        password(),
        "$ telnet mail.example.org 110\n+OK POP3 ready\nUSER info@example.org\n+OK\nPASS ▒\n+OK Logged in.\nSTAT\n+OK 3 10482",
    ),
    (
        "seed users json",
        key("$2b$10${c53}"),
        '[\n  {\n    "_id": { "$oid": "65f1c0a2e4b0d1a2b3c4d5e6" },\n    "email": "alice@example.com",\n    "passwordHash": "▒",\n'
        '    "roles": ["editor"],\n    "active": true\n  }\n]',
    ),
    (
        "token response dump",
        web_token,
        "< HTTP/1.1 200 OK\n< Content-Type: application/json;charset=UTF-8\n< Cache-Control: no-store\n<\n"
        '{"access_token":"▒","token_type":"Bearer","expires_in":3600,"scope":"read"}',
    ),
    (
        "asciidoc demo login",
        password("!#%"),
        "== Trying it out\n\nStart the stack with `make up` and open http://localhost:8080.\n"
        "Log in as `demo` with the password `▒`.\n\nNOTE: The demo database is wiped whenever the container restarts.",
    ),
    (
        "har form post",
        password(ADDRESS),
        '"request": {\n  "method": "POST",\n  "url": "https://portal.example.com/session",\n  "postData": {\n'
        '    "mimeType": "application/x-www-form-urlencoded",\n    "text": "email=kim%40example.com&password=▒&remember=1"\n  }\n}',
    ),
]

PROSE: list[Template] = [
    (
        "meeting minutes",
        password("!#%*"),
        "Minutes, infrastructure round, 12 March\n* Backup of the file server is red since Monday, Paul checks the tape.\n"
        "* The old NAS keeps running until June; admin password was changed to ▒ (Anna).\n* Next meeting in two weeks.",
    ),
    (
        "comment on an issue",
        key("{l32}"),
        "I can reproduce this with the sandbox account as well. For whoever picks it up: the API key of the sandbox\n"
        "tenant is ▒ (rate limit 60/min), endpoint https://sandbox.example.com/v3/quotes. Response is 500 every time\n"
        'when "currency" is missing.',
    ),
    ("dutch note", password(), "Nieuwe laptop receptie\n- gebruiker: balie\n- wachtwoord: ▒\n- printer staat al ingesteld"),
    (
        "commit message",
        password(),
        "Reset demo data before the trade fair\n\nSeeds three stores and one manager account (manager@demo.test, password ▒).\n"
        "The cron job restores the dump every night at 03:00.",
    ),
]
