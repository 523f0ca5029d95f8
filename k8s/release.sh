#!/usr/bin/env bash
# Brings a release into the cluster that kubectl speaks to: `k8s/release.sh prod`. What it needs comes first (topics, and a
# schema that old and new code can both work with), then the code, then what the old code still needed goes. It stops at
# the first stage that does not succeed; running it again goes on from there.
set -euo pipefail
overlay="$(dirname "$0")/overlays/${1:?which overlay? dev or prod}"
patience=15m

jobs() { # stage job...
  local stage=$1
  shift
  # A job cannot be changed, only made anew.
  kubectl --namespace tandem delete job "$@" --ignore-not-found
  kubectl apply --kustomize "$overlay/$stage"
  kubectl --namespace tandem wait --for=condition=complete --timeout="$patience" "${@/#/job/}"
}

jobs before topics migrate-before
kubectl apply --kustomize "$overlay"
kubectl --namespace tandem rollout status deployment --selector app.kubernetes.io/part-of=tandem --timeout="$patience"
jobs after migrate-after
