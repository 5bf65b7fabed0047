"""Which file names count as credentials, and which similar names do not."""

from __future__ import annotations

from pathlib import Path

import pytest

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
"""

ORDINARY = """
app.py keyboard.py environment.ts env.py .env.example .env.sample prod.env.template id_ed25519.pub credentials.go
secrets.go secrets/store.rs credentials/provider.py tokens.py tokenizer.json access_token.rb api_key.ts private_key.rs
password.py password_reset.html client_secret.go env.d.ts import.meta.env.d.ts package.json tsconfig.json settings.py
config.py config.json terraform.tfvars.example main.tf Dockerfile docker-compose.yml values.yaml deployment.yaml
README.md history.py keys.py keymap.json auth.py auth.ts vault.go token.rs design-tokens.json monkey.py known_hosts.md
passwd.c shadow.css identity.ts cookies.js .gitignore .github/workflows/ci.yml pyproject.toml Cargo.toml Makefile
gradle.properties settings.xml hosts.yml .vscode/settings.json
"""


@pytest.mark.parametrize("name", CREDENTIALS.split())
def test_credentials_stay_out_wherever_they_are(tmp_path: Path, name: str) -> None:
    rules = FileRules()
    assert rules.why_private(tmp_path / name).endswith("looks like credentials")
    assert rules.why_private(tmp_path / "deep" / name.upper())


@pytest.mark.parametrize("name", ORDINARY.split())
def test_ordinary_files_do_not(tmp_path: Path, name: str) -> None:
    assert FileRules().why_private(tmp_path / name) == ""
