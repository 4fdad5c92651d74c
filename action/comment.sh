#!/usr/bin/env bash
# Writes the report on the pull request: in the comment of an earlier run where there is one, in a new one otherwise. A token that may
# not is no failure: the report stands in the summary too.
set -euo pipefail

note() { printf '::notice title=Equerre::%s\n' "$1"; exit 0; }

command -v jq >/dev/null 2>&1 || note 'no comment was written: jq is not installed on this runner'
number=$(jq -r '.pull_request.number // empty' "${GITHUB_EVENT_PATH:?}")
[[ "$number" =~ ^[0-9]+$ ]] || note 'no comment was written: this run is not of a pull request'

folder="${RUNNER_TEMP:?}/equerre"
repository="${GITHUB_API_URL:?}/repos/${GITHUB_REPOSITORY:?}"
# One comment for each product of a repository.
marker="<!-- equerre $(printf '%s' "${EQUERRE_PATH:-.}" | cksum | cut -d ' ' -f 1) -->"
jq -n --arg marker "$marker" --rawfile report "${EQUERRE_REPORT:?}" '{ body: ($marker + "\n" + $report) }' > "$folder/comment.json"

# The token stands on standard input, not among arguments that other processes can read. What is left is the status.
ask() {
  printf 'header = "Authorization: Bearer %s"\n' "${EQUERRE_TOKEN:-}" | curl --config - --silent --show-error --max-time 30 \
    --header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: 2022-11-28' \
    --output "$folder/answer.json" --write-out '%{http_code}' "$@" || printf '000'
}

# The token of a person writes under their name; that of a job or an app, which has no user, as a bot.
login=
if [ "$(ask "$GITHUB_API_URL/user")" = 200 ]; then login=$(jq -r '.login // empty' "$folder/answer.json"); fi

earlier=
for page in 1 2 3 4 5 6 7 8 9 10; do
  status=$(ask "$repository/issues/$number/comments?per_page=100&page=$page")
  [ "$status" = 200 ] || note "no comment was written: its forge answered $status; \`pull-requests: write\` is needed, which forks do not get"
  earlier=$(jq -r --arg marker "$marker" --arg login "$login" \
    '[.[] | select((.user.type == "Bot" or .user.login == $login) and (.body | startswith($marker)))][0].id // empty' "$folder/answer.json")
  [[ "$earlier" =~ ^[0-9]+$ ]] && break
  earlier=
  [ "$(jq length "$folder/answer.json")" -eq 100 ] || break
done

status=
if [ -n "$earlier" ]; then
  status=$(ask --request PATCH --data-binary "@$folder/comment.json" "$repository/issues/comments/$earlier")
fi
# A comment that cannot be mended is followed by a new one.
if [ "$status" != 200 ]; then
  status=$(ask --request POST --data-binary "@$folder/comment.json" "$repository/issues/$number/comments")
fi
case "$status" in
  200 | 201) ;;
  *) note "no comment was written: its forge answered $status; \`pull-requests: write\` is needed, which forks do not get" ;;
esac
