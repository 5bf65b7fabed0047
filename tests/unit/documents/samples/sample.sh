#!/usr/bin/env bash
# a bank
source ./base.sh
. "./other.sh"

LIMIT=3

deposit() {
  local amount="$1"
  if [ "$amount" -gt "$LIMIT" ]; then
    total=$((total + amount))
  else
    echo "too much $amount"
  fi
  for step in 1 2 3; do
    deposit "$step"
  done
}

function transfer {
  case "$1" in
    open) echo 'x' ;;
  esac
  while true; do
    break
  done
  cat <<END
heredoc $1
END
}
