"""Which file names count as credentials, and which similar names do not."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import pytest

from codestral_ls.documents.credential_files import Tried, looks_like_credentials, spellings
from codestral_ls.documents.credential_names import CREDENTIAL_NAMES
from codestral_ls.documents.privacy import FileRules

CREDENTIALS = """
.env .env~ .env-prod .env.production .env_local .env.bak prod.env config/prod.env .envrc .flaskenv .dev.vars .secrets
.env.example.local secrets.py secrets.h arduino_secrets.h secrets.yaml secrets.yml secrets.json secret.toml
credentials.json credentials .git-credentials terraform.tfvars terraform.tfvars.json prod.auto.tfvars
prod.auto.tfvars.json infra/terraform.tfstate.backup .config/gh/hosts.yml .config/hub .config/gcloud/credentials.db
.config/rclone/rclone.conf .rclone.conf .m2/settings.xml .m2/settings-security.xml .gradle/gradle.properties
key.properties keystore.properties serviceAccountKey.json service-account.json service_account_prod.json
my-project-firebase-adminsdk-x1-abc.json google-services.json client_secret_123.json token.json .bash_history
.zsh_history .python_history .psql_history .mysql_history .node_repl_history fish_history .histfile .netrc _netrc
.authinfo .pgpass .my.cnf .mylogin.cnf .htpasswd .npmrc .yarnrc.yml .pypirc pip.conf .cargo/credentials.toml
.gem/credentials .docker/config.json .dockercfg .kube/config kubeconfig prod.kubeconfig .aws/credentials
deep/.aws/config .azure/accessTokens.json .ssh/config home/.ssh/id_ed25519 id_rsa id_rsa.old deploy_rsa tls/server.key
SERVER.PEM store.jks debug.keystore AuthKey_ABC123.p8 dist.p12 site.pfx putty.ppk passwords.kdbx vpn.ovpn wg0.conf
master.key .vault-token vault_pass.txt vault.yml .vault_password .boto .s3cfg .passwd-s3fs wp-config.php database.yml
local_settings.py settings.local.php appsettings.Production.local.json local.settings.json Web.PublishSettings
kaggle.json .streamlit/secrets.toml .huggingface/token .ngrok2/ngrok.yml .terraformrc credentials.tfrc.json
.databrickscfg .snowsql/config logins.json key4.db cookies.sqlite .pulumi/credentials.json .fly/config.yml
.config/doctl/config.yaml .config/heroku/netrc .oci/oci_api_key.pem accessKeys.csv .subversion/auth/svn.simple/abc
sftp-config.json filezilla.xml unattend.xml krb5.keytab .msmtprc .muttrc .claude/.credentials.json api_keys.json
api_key.txt access_token.txt passwords.txt private_key.txt db-secret.yaml app-secrets.json NuGet.Config
config/prod.secret.exs Secrets.swift secrets.dart Secrets.xcconfig secret_key_base secret_token.rb .erlang.cookie deploy_key
github-deploy-key ssh_key my-project-12345-abcdef123456.json gcp-sa.json client_id.json aws_credentials .s3cfg-prod
team-provider-info.json super-admin.conf k3s.yaml .dockerconfigjson .renviron .gemrc .clickhouse-client-history .Rhistory
repl_history.jl main.shada .local/share/atuin/history.db .config/nushell/history.txt pg_service.conf .odbc.ini cqlshrc
sites/default/settings.php app/etc/env.php config/autoload/db.local.php group_vars/all/vault wpa_supplicant.conf
wifi.nmconnection chap-secrets psk.txt auth-user-pass.txt restic-password borg-passphrase bitwarden_export.json export.1pux
login.keyring kdewallet.kwl sentry.properties cloudflare.ini acme.json .ovh.conf vultr-cli.yaml .claude.json .aider.conf.yml
.continue/config.json jupyter_cookie_secret .stripe/config.toml .slack_token .gitlab-token .twurlrc wallet.json mnemonic.txt
recovery-codes.txt admin.macaroon solana/id.json passwd.txt passphrase.txt logins.csv jwt_secret openai_key.txt .anthropic_key
.databricks/token-cache.json profiles.yml .buildkite/token passwd.client private.asc
#.env# .#.env .netrc~ .netrc.swp .id_rsa.swp .npmrc.bak .npmrc.old id_rsa~ credentials.json.orig credentials(1).json
client_secret_1(2).json .pgpass.1 secrets.py~ server.key.2 .git-credentials.save kaggle.json~~ .env(1) .credentials.json.swo
"""

ORDINARY = """
app.py keyboard.py environment.ts env.py .env.example .env.sample prod.env.template id_ed25519.pub credentials.go
secrets.go secrets/store.rs credentials/provider.py tokens.py tokenizer.json access_token.rb api_key.ts private_key.rs
password.py password_reset.html client_secret.go env.d.ts import.meta.env.d.ts package.json tsconfig.json settings.py
config.py config.json terraform.tfvars.example main.tf Dockerfile docker-compose.yml values.yaml deployment.yaml
README.md history.py keys.py keymap.json auth.py auth.ts vault.go token.rs design-tokens.json monkey.py known_hosts.md
passwd.c shadow.css identity.ts cookies.js .gitignore .github/workflows/ci.yml pyproject.toml Cargo.toml Makefile
gradle.properties settings.xml hosts.yml .vscode/settings.json app.py~ main.go.orig .app.py.swp #notes.md# report(1).json
passphrase.py mnemonic.go recovery_codes.ts local.php index.local.html token_key.py id.json tokens.css
"""


@pytest.mark.parametrize("name", CREDENTIALS.split())
def test_credentials_stay_out_wherever_they_are(tmp_path: Path, name: str) -> None:
    rules = FileRules()
    assert rules.why_private(tmp_path / name).endswith("looks like credentials")
    assert rules.why_private(tmp_path / "deep" / name.upper())


def test_trying_few_patterns_decides_as_trying_all_of_them() -> None:
    tried, chance = Tried(CREDENTIAL_NAMES), random.Random(1)
    parts = [part for name in f"{CREDENTIALS} {ORDINARY} {' '.join(CREDENTIAL_NAMES)}".lower().split() for part in name.split("/")]
    names = [re.sub(r"[*?\[\]!]", lambda _: chance.choice(["", "x", "1", "."]), part) or "x" for part in parts]
    yes = 0
    for _ in range(20_000):
        path = [chance.choice(names).encode() for _ in range(chance.randrange(1, 5))]
        verdict = tried.decide(path)
        assert verdict == bool(tried.all.decide(b"/".join(path), is_folder=False)), path
        yes += verdict
    assert 5_000 < yes < 19_500


@pytest.mark.parametrize(
    ("name", "copies"),
    [
        ("a.py", ["a.py"]),
        (".netrc~", [".netrc~", ".netrc"]),
        ("#.env#", ["#.env#", ".env#", ".env"]),
        (".#.env", [".#.env", ".env"]),
        (".id_rsa.swp", [".id_rsa.swp", ".id_rsa", "id_rsa.swp", "id_rsa"]),
        ("key (2).pem", ["key (2).pem", "key.pem"]),
        ("key copy.pem", ["key copy.pem", "key.pem"]),
        ("~", ["~"]),
        ("#", ["#"]),
        ("a~~~~~~", ["a~~~~~~", "a~~~~~", "a~~~~", "a~~~", "a~~"]),
    ],
)
def test_a_copys_name_says_what_it_is_a_copy_of(name: str, copies: list[str]) -> None:
    assert spellings(name) == copies


@pytest.mark.parametrize("path", ["/", "//", "/\udcff", "/a\0b", "/" + "~" * 200_000, "/." + " (1)" * 50_000 + ".sw"])
def test_no_name_raises_or_takes_long(path: str) -> None:
    began = time.thread_time()
    looks_like_credentials(Path(path))
    assert time.thread_time() - began < 2


@pytest.mark.parametrize("name", ORDINARY.split())
def test_ordinary_files_do_not(tmp_path: Path, name: str) -> None:
    assert FileRules().why_private(tmp_path / name) == ""
