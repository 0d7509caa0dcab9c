#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The main job, shown: a control plane's certificates from a folder of manifests, without a cluster.
#
# Usage: demo.sh PROGRAM [STATE]     STATE defaults to build/demo and is begun anew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly program=$1 state=${2:-$PWD/build/demo}
readonly manifests=$PWD/tests/e2e/demo

# verify SECRET: the chain as a strict client sees it.
verify() {
  openssl verify -x509_strict -purpose sslserver -CAfile "$1/ca.crt" -untrusted "$1/tls.crt" "$1/tls.crt" >/dev/null
}

main() {
  local secret verified=0
  rm -rf "$state"
  echo "== stackseal local --manifests $manifests --state $state --once"
  "$program" local --manifests "$manifests" --state "$state" --once --log-level warning
  for secret in "$state"/secrets/*/*/; do
    verify "$secret" || { echo "demo: $secret does not verify" >&2 && exit 1; }
    verified=$((verified + 1))
  done
  echo "== $verified certificates verified with openssl verify -x509_strict"
  echo "   They lie in $state/secrets/openstack/NAME/{tls.crt,tls.key,ca.crt}; try:"
  echo "   $program inspect $state/secrets/openstack/keystone-tls"
}

main
