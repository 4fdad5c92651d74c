#!/usr/bin/env bash
# Audits, and writes the reports, the annotations, the summary of the job and the outputs. Gates are told by the last step, so that
# a comment and code scanning come before them.
#
# Nothing of the audited repository is run, or becomes part of a command: what is given stands in variables.
set -euo pipefail

say() { printf '::error title=Equerre::%s\n' "$1"; exit 2; }

# The token is in no environment but that of what calls the forge.
token="${EQUERRE_TOKEN:-}"
unset EQUERRE_TOKEN

# Finds the checkout that holds the audited folder: the outermost `.git` from the workspace down. A pull request decides what lies
# below it, such as a bare repository in plain files (HEAD, config, objects, refs). Git would take it for the repository when called
# from there, and run the programs that its settings name
# (https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository). No commit can bring a `.git`: git refuses it.
find_checkout() {
  local workspace folder rest
  workspace=$(cd "${GITHUB_WORKSPACE:?}" && pwd -P)
  case "$path" in -*) folder="./$path" ;; *) folder="$path" ;; esac
  folder=$(CDPATH='' cd "$folder" 2>/dev/null && pwd -P) || say 'the path is not a folder of this checkout'
  case "$folder/" in
    "$workspace"/*) ;;
    *) say "\`changed-only\` needs a path in the workspace" ;;
  esac
  checkout="$workspace"
  rest="${folder#"$workspace"}"
  until [ -d "$checkout/.git" ] && [ ! -L "$checkout/.git" ]; do
    [ -n "$rest" ] || say "\`changed-only\` needs the history: check the repository out with actions/checkout, on a runner that has git"
    rest="${rest#/}"
    checkout="$checkout/${rest%%/*}"
    case "$rest" in */*) rest="/${rest#*/}" ;; *) rest= ;; esac
  done
}

# Git, in that checkout only: it searches for no repository, starts no program that a fetch does not need, and gets from the
# environment only what reaches the forge. The owner of a folder does not matter, as git checks it only for what it finds itself
# (https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory).
git_here() {
  local name kept=()
  for name in PATH HOME USER LOGNAME LANG TMPDIR TMP TEMP SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE APPDATA \
    LOCALAPPDATA PROGRAMDATA MSYSTEM http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY \
    SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE GIT_SSL_CAINFO GIT_SSL_CAPATH; do
    if [ -n "${!name:-}" ]; then kept+=("$name=${!name}"); fi
  done
  (
    cd "$checkout"
    env -i "${kept[@]}" GIT_CEILING_DIRECTORIES="$checkout" GIT_TERMINAL_PROMPT=0 \
      git -c safe.bareRepository=explicit -c core.fsmonitor=false -c core.hooksPath=/dev/null -c protocol.ext.allow=never \
      -c submodule.recurse=false -c gc.auto=0 -c maintenance.auto=false --git-dir=.git --work-tree=. "$@"
  )
}
commit_of() { git_here rev-parse --verify --quiet --end-of-options "$1^{commit}" 2>/dev/null || true; }

# A job may audit several products: each has a folder of its own.
mkdir -p "${RUNNER_TEMP:?}"
reports=$(mktemp -d "$RUNNER_TEMP/equerre.XXXXXX")

arguments=(check --color=always)
arguments+=("--output=github=$reports/annotations.txt" "--output=markdown=$reports/equerre.md")
arguments+=("--output=json=$reports/equerre.json" "--output=dotenv=$reports/equerre.env")
given() { if [ -n "$2" ]; then arguments+=("$1=$2"); fi; }
given --url "${EQUERRE_URL:-}"
given --config "${EQUERRE_CONFIG:-}"
given --lang "${EQUERRE_LANG:-}"
given --min-grade "${EQUERRE_MIN_GRADE:-}"
given --fail-on "${EQUERRE_FAIL_ON:-}"
given --baseline "${EQUERRE_BASELINE:-}"

formats="${EQUERRE_FORMATS:-}"
if [ "${EQUERRE_UPLOAD_SARIF:-}" = true ]; then formats="$formats sarif"; fi
written=()
for format in ${formats//,/ }; do
  case "$format" in
    html) file=equerre.html ;;
    sarif) file=equerre.sarif ;;
    junit) file=equerre-junit.xml ;;
    csv) file=equerre.csv ;;
    gitlab) file=equerre-gitlab.json ;;
    badge) file=equerre.svg ;;
    markdown | json) continue ;;
    *) say 'one of the formats is none: html, sarif, junit, csv, gitlab, badge' ;;
  esac
  arguments+=("--output=$format=$reports/$file")
  written+=("report-$format=$reports/$file")
done

if [ "${EQUERRE_ONLINE:-}" = true ]; then
  arguments+=(--online)
  export GITHUB_TOKEN="$token"
fi

path="${EQUERRE_PATH:-.}"
if [ "${EQUERRE_CHANGED_ONLY:-}" = true ]; then
  if [ -z "${GITHUB_BASE_REF:-}" ]; then
    printf '::notice title=Equerre::changed-only needs a pull request: every failure counts here\n'
  else
    find_checkout
    # What GitHub checks out for a pull request is its merge, whose first parent is what it goes into; a workflow may check out
    # something else, where two parents mean nothing.
    wanted="refs/heads/$GITHUB_BASE_REF"
    base="refs/remotes/origin/$GITHUB_BASE_REF"
    if [ "$(commit_of HEAD)" = "${GITHUB_SHA:-}" ] && [[ "${GITHUB_REF:-}" == refs/pull/*/merge ]]; then
      wanted=$(git_here cat-file commit HEAD | sed -n '/^$/q; s/^parent //p' | head -n 1)
      base="$wanted"
    fi
    commit=$(commit_of "$base")
    if [ -z "$commit" ]; then
      git_here fetch --quiet --no-tags --no-recurse-submodules --depth=1 -- origin "+$wanted:refs/equerre/base" >/dev/null 2>&1 || true
      commit=$(commit_of refs/equerre/base)
    fi
    [ -n "$commit" ] || say "what the pull request starts from is not in this clone: set \`fetch-depth: 0\` on actions/checkout"
    arguments+=("--changed-since=$commit")
  fi
fi

# The report quotes the repository: nothing in it may be taken for a command of the runner.
fence="equerre-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
printf '::stop-commands::%s\n' "$fence"
code=0
"${EQUERRE:?}" "${arguments[@]}" -- "$path" 2>&1 || code=$?
# On a line of its own, even where the audit was killed in the middle of one.
printf '\n::%s::\n' "$fence"

printf 'code=%s\n' "$code" >> "${GITHUB_OUTPUT:?}"
if [ "$code" -gt 1 ]; then say 'the audit could not run: the log of this step says why and what to do'; fi

cat "$reports/annotations.txt"
cat "$reports/equerre.md" >> "${GITHUB_STEP_SUMMARY:?}"
{
  cat "$reports/equerre.env"
  printf 'reports=%s\n' "$reports"
  printf 'report-markdown=%s\n' "$reports/equerre.md"
  printf 'report-json=%s\n' "$reports/equerre.json"
  if [ "${#written[@]}" -gt 0 ]; then printf '%s\n' "${written[@]}"; fi
} >> "$GITHUB_OUTPUT"
