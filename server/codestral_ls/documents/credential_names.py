"""Names of files that hold credentials by convention, as patterns of ``.gitignore`` in lower case.

From the manuals of the tools that write them. A file with such a name enters no prompt, whatever an ignore file re-includes.
Broad for names that say "secret", narrow for names that only might: source code that handles tokens is not a secret.
"""

from __future__ import annotations


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_DATA = (
    *("json", "json5", "jsonc", "yml", "yaml", "toml", "ini", "cfg", "conf", "txt", "xml", "properties", "enc"),
    *("csv", "plist", "bak"),
)
_HELD_IN_CODE = ("py", "h", "hpp", "php", "sh", "ps1", "nix")
"""Suffixes of source files that are nothing but a list of secrets if they have such a name (MicroPython, Arduino, shells)."""
_SOURCE = (
    *("py", "pyi", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "vue", "svelte", "go", "rs", "rb", "java", "kt"),
    *("kts", "scala", "c", "h", "cc", "cpp", "hpp", "cs", "fs", "php", "swift", "m", "mm", "dart", "lua", "ex"),
    *("exs", "erl", "hs", "ml", "clj", "cljs", "zig", "jl", "r", "pl", "pm", "sql", "proto", "graphql", "html"),
    *("css", "scss", "md", "rst", "tf"),
)
_EXAMPLES = ("example", "sample", "template", "dist", "defaults", "schema", "tmpl", "tpl", "j2")

_ALSO_CODE = _names("""
*private_key* *private-key* *privatekey* access_token* access-token* accesstoken* refresh_token* api_key* api-key* apikey*
api_token* api-token* apitoken* client_secret* client-secret* clientsecret* password.* passwords.* password passwords
*-credentials.* *_credentials.* *mnemonic* *seed_phrase* *seed-phrase* *seedphrase* *recovery-codes* *recovery_codes*
*backup-codes* *backup_codes* jwt_secret* jwt-secret* *cookie_secret* session_secret* *passphrase.* *passphrase *_key.txt
*-key.txt *apikey.txt *_token.txt *-token.txt
""")
"""Names that source code has too; source code with such a name is not a secret."""

_ENVIRONMENT = (
    *_names("""
.env .env.* .env-* .env_* .env~ .env[0-9]* *.env *.env.* env.local env.production .envrc .envrc.* .flaskenv .dev.vars
.dev.vars.* .prod.vars .secrets .secrets.* .secret .secret.* .env.vault .env.keys .direnv/** .envfile envfile .environment
"""),
    *(f"!{name}.{suffix}" for name in (".env", "*.env", ".env.*", ".dev.vars") for suffix in _EXAMPLES),
    *(f"!.env-{suffix}" for suffix in _EXAMPLES),
)
_KEYS = _names("""
*.pem *.key *.p8 *.p12 *.pfx *.ppk *.pkcs12 *.pkcs8 *.jks *.jceks *.bks *.keystore *.truststore *.kdbx *.agekey *.gpg *.pgp
*.ovpn *.mobileprovision *.provisionprofile *.snk *.pvk *.keychain *.keychain-db *.psafe3 *.1pif *.agilekeychain/**
*.opvault/** id_rsa* id_dsa* id_ecdsa* id_ed25519* id_xmss* !id_*.pub ssh_host_*_key *_rsa *_dsa *_ed25519 *_ecdsa **/.ssh/*
**/.gnupg/** identity master.key keys.txt age.key wg[0-9]*.conf wireguard*.conf **/.password-store/** secring.* *.privkey
authkey_* *.tpm2 *.wallet wallet.dat **/keystore/utc--* *.mnemonic deploy_key deploy-key deploykey *_deploy_key *-deploy-key
ssh_key ssh-key *_ssh_key *key.der private*.asc secret*.asc *-private.asc *-secret.asc utc--* *.macaroon **/solana/id.json
**/.near-credentials/** wallet.json lnd.conf secret_key secret_key.txt secret_key_base .secret_key* secret_token
secret_token.rb encryption_key master_key master-key *.sso .erlang.cookie *.erlang.cookie .*_key .*_secret .*_token .*-token
""")
_LOGINS = (
    *_names("""
.netrc _netrc .netrc.* .authinfo .authinfo.* .pgpass pgpass.conf .my.cnf .mylogin.cnf .pg_service.conf .mongorc.js .dbshell
.rediscli_auth .cassandra/cqlshrc .htpasswd *.htpasswd htpasswd .htdigest passwd shadow gshadow master.passwd sudoers
.smbcredentials smbpasswd krb5.keytab *.keytab *.ccache .vnc/passwd .msmtprc msmtprc .fetchmailrc .mutt/*password* .muttrc
.offlineimaprc .mbsyncrc .getmailrc .esmtprc sasl_passwd .davfs2/secrets .cifs* .x11vnc/passwd .lftp/rc .ftpconfig ftpconfig
sftp.json sftp-config.json .remote-sync.json sitemanager.xml recentservers.xml filezilla.xml winscp.ini ws_ftp.ini
proftpdpasswd ventrilo_srv.ini cwallet.sso ewallet.p12 unattend.xml autounattend.xml sysprep.inf sysprep.xml *.rdp *.rdg
*.remmina confcons.xml logins.json key[34].db cookies.sqlite cookies cookies.txt cookies.json cookiejar* *.cookies .curlrc
_curlrc .wgetrc *.har .irssi/config .weechat/sec.conf .purple/accounts.xml .znc/** .xchat2/servlist_.conf passwd.txt pass.txt
pwd.txt pw.txt login.txt logins.txt logins.csv tokens.txt bearer.txt jwt.txt totp.txt otp.json passwd.client sasldb sasldb2
chap-secrets pap-secrets psk.txt wpa_supplicant*.conf *.nmconnection hostapd*.conf auth-user-pass* vpn.conf .vpn.conf
**/openvpn/*.txt **/.mutt/* **/.getmail/* .neomuttrc pg_service.conf .redisclirc cqlshrc odbc.ini .odbc.ini signons.sqlite
bitwarden*.json lastpass*.csv 1password*.csv *.1pux dashlane*.json *.keyring *.kwl *.kdb keepass*.xml ftp-sync.json
deployment-config.json remote-sync.json **/.idea/webservers.xml .twurlrc .tweetrc .t.rc .rainbow_oauth **/.jira.d/**
**/.config/.jira/** **/.config/todoist/** .todoist* .slack_token
"""),
    "login data",
)
_HISTORIES = _names("""
*_history .histfile .zhistory .history fish_history .lesshst .viminfo consolehost_history.txt .node_repl_history .irb-history
.pry-history *.rlogin .xonsh_history* *.sqlite_history .*-history .*history .*_hist repl_history.jl *.shada
**/nushell/history.* **/atuin/history.db **/atuin/key history.sqlite*
""")
_PACKAGES = _names("""
.npmrc _npmrc .yarnrc .yarnrc.yml .bunfig.toml bunfig.toml .pypirc pip.conf pip.ini .condarc **/.gem/credentials
**/.bundle/config **/.cargo/credentials* **/.cargo/config.toml auth.json auth.toml **/pypoetry/auth.toml **/.m2/settings*.xml
settings-security.xml **/.gradle/gradle.properties **/.ivy2/.credentials **/.sbt/*credentials* .credentials *.credentials
nuget.config **/.nuget/**/*.config **/.hex/** **/.cabal/config **/.hackage/** .dockercfg **/.docker/config.json
**/.docker/*.json **/containers/auth.json .gem-credentials **/.config/pip/** key.properties keystore.properties
signing.properties local.properties release.properties **/.config/composer/** **/.luarocks/** .opam/**/credentials
.cpanreporter/** .gemrc .renviron .dockerconfigjson docker-config.json docker_auth.json docker-auth.json **/.conan/.conan.db
**/.conan2/credentials* **/uv/credentials/**
""")
_CLOUDS = _names("""
**/.aws/* **/.azure/** **/.config/gcloud/** **/gcloud/credentials.db **/.oci/* **/.bluemix/** **/.ibmcloud/** **/.aliyun/**
**/.aliyuncli/** **/.tccli/** **/.kube/* kubeconfig kubeconfig.* *.kubeconfig kubeconfig-* kube_config* kube-config*
admin.conf **/.minikube/** **/.talos/** talosconfig talsecret* **/.rancher/** **/.config/gh/* **/.config/hub
**/.config/glab-cli/** **/.config/doctl/** **/.config/hcloud/** **/.config/op/** **/.config/heroku/** **/.heroku/**
**/.config/linode-cli **/.config/scw/** **/.fly/** **/.config/netlify/** **/.netlify/** **/.vercel/** **/.wrangler/**
**/.config/configstore/** **/.config/stripe/** **/.config/rclone/** rclone.conf .rclone.conf .s3cfg .boto .passwd-s3fs
passwd-s3fs .s3ql/** .restic* **/.config/borg/** .terraformrc terraform.rc **/.terraform.d/credentials* credentials.tfrc.json
*.tfstate *.tfstate.* *.tfplan *.tfvars *.tfvars.json *.tfvars.* **/.pulumi/** **/.config/sops/** .sops.yaml.bak
**/.chef/*.pem vault-password* vault_password* .vault_pass* vault_pass* .vault-pass* vault.yml vault.yaml vault.json
.vault-token *vault.yml *vault.yaml *-vault.yml serverless.env.yml local.settings.json appsettings.*.local.json
application_default_credentials.json legacy_credentials/** access_tokens.db **/.config/rclone/rclone.conf
service-account*.json service_account*.json serviceaccount*.json *-service-account.json *serviceaccountkey*.json
*service_account*.json *service-account*.json gcp-key*.json gcloud-key*.json google-credentials* gha-creds-*.json
firebase-adminsdk*.json *-firebase-adminsdk-*.json google-services.json googleservice-info.plist oauth*.json oauth*.token
token.json token.pickle token.txt *.token .token .tokens .api_key* .apikey* rootkey.csv accesskeys.csv *_accesskeys.csv
*credentials.csv credentials*.csv aws-credentials* *.publishsettings *.pubxml.user azureauth.json publishprofile*
.databrickscfg .snowsql/** **/.snowflake/** **/.dbt/** .bigqueryrc **/.kaggle/** kaggle.json **/.huggingface/token
**/huggingface/token **/huggingface/stored_tokens .wandb* **/.config/openai/** .openai* **/.modal.toml .modal.toml
**/.cache/huggingface/token* .sentryclirc .twilio-cli/** .travis.yml.key .circleci/cli.yml **/.ngrok2/** ngrok.yml
**/.cloudflared/* .cf/config.json **/.jfrog/** **/.artifactory/** **/.config/ngrok/** .bitcoin/bitcoin.conf bitcoin.conf
**/.ethereum/keystore/** **/.config/solana/** .env.age aws_credentials* .s3cfg* s3cfg s3cfg-* *.s3cfg aws-exports.js
team-provider-info.json gcp-sa*.json sa-key*.json sa.json *-sa.json
*-[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f].json client_id.json
kubelet.conf controller-manager.conf super-admin.conf k3s.yaml rke2.yaml **/.databricks/** profiles.yml .linode-cli .ovh.conf
ovh.conf .civo.json .vultr-cli.yaml vultr-cli.yaml cloudflare.ini **/certbot/*.ini **/.acme.sh/account.conf acme.json
**/.config/exoscale/** **/.railway/** **/.stripe/** .gitlab-token **/.buildkite/** buildkite-agent.cfg sentry.properties
**/.anthropic/** .claude.json claude_desktop_config.json **/.continue/config.* .aider.conf.yml **/.codeium/** restic-password*
*restic-password borg-passphrase* **/.duplicacy/** **/.duplicity/** jupyter_cookie_secret notebook_secret
""")
_PROGRAMS = _names("""
wp-config.php wp-config.php.* wp-config-local.php localsettings.php settings.local.php configuration.php config.inc.php
database.yml database.yaml mongoid.yml secrets.yml.enc parameters.yml parameters.yaml local_settings.py settings_local.py
secret_settings.py settings_secret.py cargo-credentials.toml jenkins.plugins.publish_over_ssh*.xml credentials.xml
hudson.util.secret **/.jenkins/secrets/** **/secrets/master.key robomongo.json dbeaver-data-sources.xml
credentials-config.json datasources.local.xml .dbeaver-credentials.json sqlnet.ora.key .jupyter/*_config.json
jupyter_server_config.json **/.streamlit/secrets.toml **/.git-credentials .git-credentials .gitcookies **/git/credentials
**/.git/config .gist .gist-* .github-token .tugboat .trc .ghc_auth .pinerc .hg/hgrc .hgrc mercurial.ini **/.subversion/auth/**
.config/tea/config.yml **/.arcrc .arcrc .ansible_vault* ansible.secret *.vault .vault .passwords *.secret *.secrets
*secrets.json *secrets.yml *secrets.yaml *secrets.toml *-secret.yml *-secret.yaml *_secret.yml *_secret.yaml secret-*.yml
secret-*.yaml *credentials.json *credentials.yml *credentials.yaml *credentials.toml *.cred *.creds *_credentials.json
.credentials.json **/.claude/.credentials.json **/.codex/auth.json **/.gemini/* **/github-copilot/*.json
**/.config/codestral-ls/*key* *.sublime-settings.secret dump.rdb *.pgdump mysqldump*.sql *.secret.exs secret.exs secrets.exs
secrets.swift secrets.dart secrets.xcconfig secrets.gradle secrets.gradle.kts *.secret.php *.local.php **/sites/*/settings.php
**/app/etc/env.php **/app/etc/local.xml parameters.*.yml **/group_vars/**/vault **/host_vars/**/vault
""")

_ALL = (
    *(*_ALSO_CODE, *(f"!*.{suffix}" for suffix in _SOURCE)),
    *(_ENVIRONMENT + _KEYS + _LOGINS + _HISTORIES + _PACKAGES + _CLOUDS + _PROGRAMS),
    *(f"{name}.{suffix}" for name in ("secret", "secrets", "credential", "credentials", "creds") for suffix in _DATA),
    *(
        f"{name}.{suffix}"
        for name in ("secrets", "credentials", "creds", "*_secrets", "wifi_credentials")
        for suffix in _HELD_IN_CODE
    ),
    *("credential", "credentials", "creds", "secrets", "secret", "run/secrets/*", ".secrets/**"),
    *(f"!*.{suffix}" for suffix in ("example", "sample", "template", "dist")),
    *("!*.env.d.ts", "!*.env.[cm][jt]s", "!*.env.[jt]s", "!.env.d.ts"),
)
CREDENTIAL_NAMES: tuple[str, ...] = tuple(f"**/{name}" if "/" in name and not name.startswith("**/") else name for name in _ALL)
"""All patterns in the order in which they are read; a later pattern with ``!`` removes earlier names.

A folder's pattern matches at any depth.
"""
