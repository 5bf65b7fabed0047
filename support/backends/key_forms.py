"""Forms of real providers' keys as their documentation publishes them: prefix, length, alphabet. No real key is here.

Most providers are **held out**: `codestral_ls.backends.masking` has no rule for them and its thresholds were not chosen on them,
so they show how well unknown keys are found. A form is literal text with ``{alphabet length}``.
"""

from __future__ import annotations

import base64
import random
import re
import string

ALPHABETS = {
    "w": string.ascii_letters + string.digits,
    "b": string.ascii_letters + string.digits + "-_",
    "B": string.ascii_letters + string.digits + "+/",
    "h": "0123456789abcdef",
    "H": "0123456789ABCDEF",
    "l": string.ascii_lowercase + string.digits,
    "u": string.ascii_uppercase + string.digits,
    "v": string.ascii_uppercase + "234567",
    "d": string.digits,
    "a": string.ascii_letters,
    "L": string.ascii_lowercase,
    "U": string.ascii_uppercase,
    "c": "./" + string.ascii_letters + string.digits,
    "x": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
    "z": "ybndrfg8ejkmcpqxot1uwisza345h769",
}
"""The last three are of crypt's hashes, of Bech32 (BIP 173) in capitals, and of z-base-32."""
UUID = "{h8}-{h4}-4{h3}-a{h3}-{h12}"

FORMS: dict[str, tuple[str, ...]] = {
    "1password": ("ops_eyJ{w160}", "A3-{u6}-{u6}-{u5}-{u5}-{u5}"),
    "adafruit": ("aio_{w28}",),
    "age": ("AGE-SECRET-KEY-1{u58}",),
    "airtable": ("pat{w14}.{h64}",),
    "algolia": ("{h32}",),
    "alibaba": ("LTAI{w20}",),
    "anthropic": ("sk-ant-api03-{b93}AA", "sk-ant-admin01-{b93}AA"),
    "artifactory": ("AKCp{w69}", "cmVmdGtu{w56}"),
    "asana": ("2/{d16}/{d16}:{h32}",),
    "atlassian": ("ATATT3xFfGF0{b180}", "ATCTT3xFfGN0{b180}"),
    "auth0": ("{b64}",),
    "aws": ("AKIA{v16}", "ASIA{v16}", "{B40}"),
    "azure": ("{B86}==", "{w3}8Q~{b34}", "{h32}"),
    "beamer": ("b_{b44}",),
    "bitbucket": ("ATBB{w32}",),
    "brevo": ("xkeysib-{h64}-{w16}", "xsmtpsib-{h64}-{w16}"),
    "buildkite": ("bkua_{h40}", "bkct_{h64}"),
    "cerebras": ("csk-{l48}",),
    "circleci": ("CCIPAT_{w22}_{h40}",),
    "clojars": ("CLOJARS_{l60}",),
    "cloudflare": ("{b40}", "v1.0-{h24}-{h146}"),
    "cohere": ("{w40}",),
    "contentful": ("CFPAT-{b43}",),
    "databricks": ("dapi{h32}", "dose{h32}"),
    "datadog": ("{h32}", "{h40}"),
    "deepseek": ("sk-{h32}",),
    "digitalocean": ("dop_v1_{h64}", "doo_v1_{h64}"),
    "discord": ("M{w23}.{b6}.{b38}", "mfa.{b84}"),
    "docker": ("dckr_pat_{b27}", "dckr_oat_{b32}"),
    "doppler": ("dp.pt.{w43}", "dp.st.prd.{w43}"),
    "dropbox": ("sl.{b135}",),
    "duffel": ("duffel_live_{b43}",),
    "dynatrace": ("dt0c01.{u24}.{u64}",),
    "easypost": ("EZAK{w54}", "EZTK{w54}"),
    "elevenlabs": ("sk_{h48}",),
    "etsy": ("{l24}",),
    "facebook": ("EAA{w150}", "{d15}|{b27}"),
    "fastly": ("{b32}",),
    "figma": ("figd_{b40}",),
    "finicity": ("{h32}",),
    "flutterwave": ("FLWSECK-{h32}-X", "FLWSECK_TEST-{h32}-X"),
    "fly": ("fo1_{b43}", "FlyV1 fm2_{B120}"),
    "frameio": ("fio-u-{b64}",),
    "gitea": ("{h40}",),
    "github": ("ghp_{w36}", "gho_{w36}", "ghs_{w36}", "github_pat_{w22}_{w59}"),
    "gitlab": ("glpat-{b20}", "glrt-{b20}", "gldt-{b20}"),
    "gocardless": ("live_{b40}",),
    "google": ("AIza{b35}", "GOCSPX-{b28}", "ya29.{b120}", "1//0{b100}"),
    "grafana": ("glsa_{w32}_{h8}", "glc_eyJ{w120}"),
    "groq": ("gsk_{w52}",),
    "harness": ("pat.{w22}.{h24}.{w20}",),
    "heroku": (UUID, "HRKU-AA{b58}"),
    "hubspot": (f"pat-na1-{UUID}",),
    "hugging face": ("hf_{w34}", "api_org_{w34}"),
    "infracost": ("ico-{w32}",),
    "intra42": ("s-s4t2ud-{h64}",),
    "jfrog": ("eyJ2ZXIi{w40}.eyJ{w120}.{b86}",),
    "jwt": ("eyJ{w33}.eyJ{w70}.{b43}",),
    "langsmith": ("lsv2_pt_{h32}_{h10}",),
    "launchdarkly": (f"sdk-{UUID}", f"api-{UUID}"),
    "linear": ("lin_api_{w40}", "lin_oauth_{h64}"),
    "linkedin": ("WPL_AP1.{w16}.{w6}==",),
    "mailchimp": ("{h32}-us12",),
    "mailgun": ("key-{h32}", "{h32}-{h8}-{h8}"),
    "mapbox": ("sk.eyJ{w80}.{b22}", "pk.eyJ{w80}.{b22}"),
    "maxmind": ("{w6}_{w29}_mmk",),
    "mistral": ("{w32}",),
    "netlify": ("nfp_{w36}",),
    "new relic": ("NRAK-{u27}", "NRII-{b32}"),
    "notion": ("ntn_{d11}{w35}", "secret_{w43}"),
    "npm": ("npm_{w36}",),
    "nuget": ("oy2{l43}",),
    "nvidia": ("nvapi-{b64}",),
    "okta": ("00{b40}",),
    "openai": ("sk-proj-{b74}T3BlbkFJ{b74}", "sk-{w20}T3BlbkFJ{w20}", "sk-svcacct-{b74}T3BlbkFJ{b74}"),
    "openrouter": ("sk-or-v1-{h64}",),
    "perplexity": ("pplx-{w48}",),
    "pinecone": ("pcsk_{w5}_{w64}",),
    "planetscale": ("pscale_tkn_{b43}", "pscale_pw_{b43}"),
    "postman": ("PMAK-{h24}-{h34}",),
    "prefect": ("pnu_{l36}",),
    "pulumi": ("pul-{h40}",),
    "pypi": ("pypi-AgEIcHlwaS5vcmc{b120}",),
    "rabbitmq": ("{b43}",),
    "readme": ("rdme_{l70}",),
    "replicate": ("r8_{w37}",),
    "rubygems": ("rubygems_{h48}",),
    "scalingo": ("tk-us-{b48}",),
    "sendgrid": ("SG.{b22}.{b43}",),
    "sentry": ("sntrys_eyJ{w80}_{B43}", "sntryu_{h64}"),
    "shippo": ("shippo_live_{h40}",),
    "shopify": ("shpat_{h32}", "shpss_{h32}", "shpca_{h32}"),
    "sidekiq": ("{h8}:{h8}",),
    "slack": ("xoxb-{d12}-{d12}-{w24}", "xoxp-{d12}-{d12}-{d12}-{h32}", "xapp-1-A{u10}-{d13}-{h64}"),
    "snyk": (UUID,),
    "sonarqube": ("sqp_{h40}", "squ_{h40}"),
    "sourcegraph": ("sgp_{h16}_{h40}",),
    "square": ("EAAA{b60}", "sq0csp-{b43}"),
    "stripe": ("sk_live_{w24}", "rk_live_{w99}", "whsec_{w32}"),
    "supabase": ("sbp_{h40}", "sb_secret_{b22}_{w8}"),
    "tailscale": ("tskey-auth-{w17}-{w32}", "tskey-api-{w17}-{w32}"),
    "telegram": ("{d10}:AA{b33}",),
    "terraform": ("{w14}.atlasv1.{b67}",),
    "together": ("tgp_v1_{b43}",),
    "twilio": ("SK{h32}", "AC{h32}"),
    "twitch": ("{l30}",),
    "twitter": ("AAAAAAAAAAAAAAAAAAAAA{w80}", "{d19}-{w40}"),
    "typeform": ("tfp_{b44}_{b14}",),
    "vault": ("hvs.{b95}", "hvb.{b140}", "s.{w24}"),
    "vercel": ("vcp_{w56}", "{w24}"),
    "weights and biases": ("{h40}",),
    "xai": ("xai-{w80}",),
    "yandex": ("AQVN{b36}", "t1.{b80}.{b86}"),
    "zapier": ("{w32}",),
    "zendesk": ("{w40}",),
}
WRITTEN_FROM = frozenset(
    {
        *("age", "anthropic", "artifactory", "atlassian", "aws", "azure", "bitbucket", "databricks", "deepseek", "discord"),
        *("github", "gitlab", "google", "hugging face", "jfrog", "jwt", "mailchimp", "npm", "okta", "openai", "openrouter"),
        *("pypi", "sendgrid", "slack", "stripe", "telegram", "terraform", "twilio", "vault"),
    }
)
"""Providers whose form a rule was written from."""
HELD_OUT = frozenset(FORMS) - WRITTEN_FROM
"""Providers whose form no rule was written from."""

SURROUNDINGS: dict[str, str] = {
    "quoted": 'client = connect("▒")',
    "assigned to a plain name": "value = '▒'",
    "comment": "# tried with ▒ yesterday",
    "longer string": 'log.info("calling with ▒ and waiting for the answer")',
    "yaml": "service: ▒",
    "url": 'fetch("https://api.example.com/v1/items?id=7&key=▒&page=2")',
    "environment file": "SERVICE=▒",
    "argument": "run --with ▒ --verbose",
    "list": '    "▒",',
    "open string": 'client = connect("▒',
    "json": '{"service": "▒", "retries": 3}',
    "documentation": "Use ▒, which the other team made.",
}
"""Lines around a key (``▒``) that do not say it is a key, so that only its form can reveal it."""

_HOLE = re.compile(rf"\{{([{''.join(ALPHABETS)}])(\d+)\}}")


def made(form: str, chance: random.Random) -> str:
    """A random key of this form."""
    return _HOLE.sub(lambda hole: "".join(chance.choice(ALPHABETS[hole[1]]) for _ in range(int(hole[2]))), form)


def kinds() -> list[tuple[str, str]]:
    """``(provider, form)`` for every known provider."""
    return [(provider, form) for provider, forms in sorted(FORMS.items()) for form in forms]


WEAK = ("hunter2", "Summer2024!", "correcthorse", "s3cr3t", "changeit1", "letmein", "Tr0ub4dor&3", "qwerty123", "pa55wd99")


def file_forms(chance: random.Random) -> list[tuple[str, str, str]]:
    """``(name, text, secret)``: forms of files with secrets that people chose or tools wrote, which no key's own form reveals."""
    weak = chance.choice(WEAK)
    token = made("{w24}", chance)
    hexed = made("{h32}", chance)
    blob = base64.b64encode(chance.randbytes(900)).decode()
    short = base64.b64encode(f"someone:{weak}".encode()).decode()
    aws, wireguard = made("{B40}", chance), base64.b64encode(chance.randbytes(32)).decode()
    apr, crypt = f"$apr1${made('{w8}', chance)}${made('{w22}', chance)}", f"$6${made('{w16}', chance)}${made('{w86}', chance)}"
    totp, vaulted = made("{v32}", chance), made("{h80}", chance)
    lines = "\n".join(blob[start : start + 64] for start in range(0, 640, 64))
    return [
        ("npmrc token", f"//registry.example.org/:_authToken={token}", token),
        ("npmrc password", f"//registry.example.org/:_password={short}", short),
        ("npmrc auth", f"_auth={short}", short),
        ("netrc on a line", f"machine api.example.org login someone password {weak}", weak),
        ("netrc on lines", f"machine api.example.org\n  login someone\n  password {weak}\n", weak),
        ("curl -u", f"curl -u someone:{weak} https://example.org/", weak),
        ("curl --user", f"curl --user 'someone:{weak}' https://example.org/", weak),
        ("wget", f"wget --http-password={weak} https://example.org/", weak),
        ("mysql -p", f"mysql -u root -p{weak} shop", weak),
        ("mysqldump", f"mysqldump --user=root --password={weak} shop > dump.sql", weak),
        ("sshpass", f"sshpass -p '{weak}' ssh someone@example.org", weak),
        ("PGPASSWORD", f"PGPASSWORD={weak} psql -h db.example.org shop", weak),
        ("docker login", f"docker login -u someone -p {weak} registry.example.org", weak),
        ("redis-cli", f"redis-cli -h cache -a {weak} ping", weak),
        ("openssl", f"openssl rsa -in a.pem -passin pass:{weak}", weak),
        ("htpasswd command", f"htpasswd -b users someone {weak}", weak),
        ("chpasswd", f'echo "someone:{weak}" | chpasswd', weak),
        ("smbclient", f"smbclient //server/share -U someone%{weak}", weak),
        ("net user", f"net user someone {weak} /add", weak),
        ("kubeconfig key data", f"    client-key-data: {blob}", blob),
        ("kubeconfig token", f"    token: {token}", token),
        ("docker auths", f'{{"auths": {{"registry.example.org": {{"auth": "{short}"}}}}}}', short),
        ("yaml password", f"database:\n  password: {weak}\n", weak),
        ("yaml password with a comment", f"  db_password: {weak}   # change me", weak),
        ("yaml quoted", f"  password: '{weak}'", weak),
        ("yaml environment list", f"    - POSTGRES_PASSWORD={weak}", weak),
        ("kubernetes variable", f"  - name: DB_PASSWORD\n    value: {weak}\n", weak),
        ("kubernetes secret", f"kind: Secret\ndata:\n  password: {short}\n", short),
        ("environment password", f"DB_PASSWORD={weak}\nDEBUG=1", weak),
        ("environment with export", f"export ADMIN_PASS={weak}", weak),
        ("environment quoted", f'SECRET_KEY="{token}"', token),
        ("Dockerfile ENV", f"ENV DB_PASSWORD {weak}", weak),
        ("systemd", f'Environment="DB_PASSWORD={weak}"', weak),
        ("ini", f"[client]\nuser = root\npassword = {weak}\n", weak),
        ("properties", f"spring.datasource.password={weak}", weak),
        ("pypirc", f"[pypi]\nusername = someone\npassword = {weak}\n", weak),
        ("s3cfg", f"secret_key = {aws}", aws),
        ("toml", f'password = "{weak}"', weak),
        ("terraform", f'  master_password    = "{weak}"', weak),
        ("gradle", f"    storePassword '{weak}'", weak),
        ("gradle in Kotlin", f'    keyPassword = "{weak}"', weak),
        ("maven settings", f"<server><id>a</id><password>{weak}</password></server>", weak),
        ("xml over lines", f"<password>\n  {weak}\n</password>", weak),
        ("xml attribute", f'<user name="someone" password="{weak}"/>', weak),
        ("xml key and value", f'<add key="DbPassword" value="{weak}" />', weak),
        ("connection string inside", f"Server=db;User Id=sa;Password={weak};Encrypt=yes", weak),
        ("connection string at the end", f'"Server=db;User Id=sa;Password={weak}"', weak),
        ("jdbc", f"jdbc:postgresql://db/shop?user=someone&password={weak}&ssl=true", weak),
        ("oracle", f"jdbc:oracle:thin:scott/{weak}@db:1521:orcl", weak),
        ("url with a user", f"postgres://someone:{weak}@db.example.org/shop", weak),
        ("url with a token alone", f"https://{token}@git.example.org/a/b.git", token),
        ("sql identified by", f"CREATE USER someone IDENTIFIED BY '{weak}';", weak),
        ("sql password", f"ALTER ROLE someone WITH PASSWORD '{weak}';", weak),
        ("cookie header", f"Cookie: lang=en; session={hexed}; theme=dark", hexed),
        ("set-cookie", f"Set-Cookie: sid={token}; HttpOnly", token),
        ("authorization basic", f'"Authorization: Basic {short}"', short),
        ("api key header", f"X-Api-Key: {hexed}", hexed),
        ("list of tokens", f'TOKENS = [\n    "{token}",\n    "{token[::-1]}",\n]', token),
        ("triple quotes", f'PASSWORD = """{weak}"""', weak),
        ("php define", f"define('DB_PASSWORD', '{weak}');", weak),
        ("php array", f"'password' => '{weak}',", weak),
        ("ruby symbol", f":password => '{weak}',", weak),
        ("escaped json in a string", f'body = "{{\\"password\\": \\"{weak}\\"}}"', weak),
        ("rust", f'const DB_PASSWORD: &str = "{weak}";', weak),
        ("mongosh", f"mongosh -u root -p {weak} --authenticationDatabase admin", weak),
        ("redis.conf", f"requirepass {weak}", weak),
        ("wireguard", f"PrivateKey = {wireguard}", wireguard),
        ("wpa_supplicant", f'    psk="{weak}"', weak),
        ("htpasswd line", f"someone:{apr}", apr),
        ("shadow", f"someone:{crypt}:19000:0:99999:7:::", crypt),
        ("otpauth", f"otpauth://totp/a?secret={totp}&issuer=b", totp),
        ("powershell", f'ConvertTo-SecureString "{weak}" -AsPlainText -Force', weak),
        ("code, weak", f"client.login('someone', password='{weak}')", weak),
        ("open string", f'password = "{weak}', weak),
        ("open string in a call", f"connect(user, password='{weak}", weak),
        ("private key", f"-----BEGIN RSA PRIVATE KEY-----\n{lines}\n-----END RSA PRIVATE KEY-----", blob[64:128]),
        ("private key on one line", f'"-----BEGIN PRIVATE KEY-----\\n{blob[:400]}\\n-----END PRIVATE KEY-----\\n"', blob[:400]),
        ("end of a private key", f"{blob[:64]}\n{blob[64:110]}==\n-----END PRIVATE KEY-----\n", blob[64:110]),
        (
            "putty key",
            f"PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 2\n{blob[:64]}\n{blob[64:128]}\nPrivate-MAC: {hexed}\n",
            blob[:64],
        ),
        ("ansible vault", f"  $ANSIBLE_VAULT;1.1;AES256\n  {vaulted}\n  {vaulted[::-1]}\n", vaulted),
    ]


def further_forms(chance: random.Random) -> list[tuple[str, str, str]]:
    """More such forms, collected after the first rules were written."""
    weak, token, hexed, aws = chance.choice(WEAK), made("{w24}", chance), made("{h32}", chance), made("{B40}", chance)
    short = base64.b64encode(f"someone:{weak}".encode()).decode()
    return [
        ("pgpass", f"db.example.org:5432:shop:someone:{weak}", weak),
        ("git remote", f"\turl = https://oauth2:{token}@git.example.org/a.git", token),
        ("ansible inventory", f"web1 ansible_user=root ansible_password={weak}", weak),
        ("vault login", f"vault login {token}", token),
        ("aws configure", f"aws configure set aws_secret_access_key {aws}", aws),
        ("go", f'\tPassword: "{weak}",', weak),
        ("kotlin", f'val password: String = "{weak}"', weak),
        ("c", f'#define WIFI_PASSWORD "{weak}"', weak),
        ("nginx", f'proxy_set_header Authorization "Basic {short}";', short),
        ("elixir", f'  password: "{weak}",', weak),
        ("lua", f"password = [[{weak}]]", weak),
        ("csv", f"someone,{weak},admin", weak),
        ("short properties", f"db.pwd={weak}", weak),
        ("python dictionary", f"{{'user': 'a', 'passwd': '{weak}'}}", weak),
        ("url parameter", f'get("https://example.org/?user=a&pwd={weak}")', weak),
        ("ldif", f"userPassword: {weak}", weak),
        ("rails", f"  secret_key_base: {hexed}", hexed),
        ("helm", f"helm install a b --set postgresql.auth.password={weak}", weak),
        ("kubectl", f"kubectl create secret generic a --from-literal=password={weak}", weak),
        ("az login", f"az login --service-principal -u app -p {weak}", weak),
        ("expect", f'send "{weak}\\r"', weak),
        ("swift", f'let password = "{weak}"', weak),
        ("perl", f"my $password = '{weak}';", weak),
        ("groovy closure", f'credentials {{ username "a"; password "{weak}" }}', weak),
        ("json with spaces", f'"adminPassword" : "{weak}"', weak),
        ("comment", f"# password: {weak}", weak),
    ]


def is_left(secret: str, text: str) -> bool:
    """True if a valuable part of ``secret`` is in ``text``: half of it, or 16 characters in a row.

    A secret shorter than 12 characters (a password) counts only if all of it is there.
    """
    length = len(secret)
    needed = length if length < 12 else min(length // 2, 16)
    return any(secret[start : start + needed] in text for start in range(length - needed + 1))
