#!/usr/bin/env bash
# Audits, and writes the reports, the annotations, the summary of the job and the outputs. Gates are told by the last step, so that
# a comment and code scanning come before them.
#
# Nothing of the audited repository is run, or becomes part of a command: what is given stands in variables.
set -euo pipefail

say() { printf '::error title=Equerre::%s\n' "$1"; exit 2; }

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
  export GITHUB_TOKEN="${EQUERRE_TOKEN:-}"
fi

path="${EQUERRE_PATH:-.}"
if [ "${EQUERRE_CHANGED_ONLY:-}" = true ]; then
  git_here() { git -C "$path" -c safe.directory='*' "$@"; }
  if [ -z "${GITHUB_BASE_REF:-}" ]; then
    printf '::notice title=Equerre::changed-only needs a pull request: every failure counts here\n'
  else
    # What GitHub checks out for a pull request is its merge, whose first parent is what it goes into; a workflow may check out
    # something else, where two parents mean nothing.
    reference="$GITHUB_BASE_REF"
    base="refs/remotes/origin/$GITHUB_BASE_REF"
    if [ "$(git_here rev-parse HEAD 2>/dev/null || true)" = "${GITHUB_SHA:-}" ] && [[ "${GITHUB_REF:-}" == refs/pull/*/merge ]]; then
      reference=$(git_here cat-file commit HEAD | sed -n '/^$/q; s/^parent //p' | head -n 1)
      base="$reference"
    fi
    if ! git_here cat-file -e "$base^{commit}" 2>/dev/null; then
      git_here fetch --quiet --no-tags --no-recurse-submodules --depth=1 origin "$reference" >/dev/null 2>&1 || true
      if [ "$base" != "$reference" ]; then base=FETCH_HEAD; fi
    fi
    git_here cat-file -e "$base^{commit}" 2>/dev/null \
      || say "what the pull request starts from is not in this clone: set \`fetch-depth: 0\` on actions/checkout"
    arguments+=("--changed-since=$base")
  fi
fi

# The report quotes the repository: nothing in it may be taken for a command of the runner.
fence="equerre-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
printf '::stop-commands::%s\n' "$fence"
code=0
"${EQUERRE:?}" "${arguments[@]}" -- "$path" 2>&1 || code=$?
printf '::%s::\n' "$fence"

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
