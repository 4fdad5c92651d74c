#!/usr/bin/env bash
# Writes the report on the pull request: in the comment of an earlier run where there is one, in a new one otherwise. A token that may
# not is no failure: the report stands in the summary too.
set -euo pipefail

note() { printf '::notice title=Equerre::%s\n' "$1"; exit 0; }

for tool in jq curl; do
  command -v "$tool" >/dev/null 2>&1 || note "no comment was written: $tool is not installed on this runner"
done
# On Windows, jq ends its lines with a carriage return.
json() { jq "$@" | tr -d '\r'; }
number=$(json -r '.pull_request.number // empty' "${GITHUB_EVENT_PATH:?}")
[[ "$number" =~ ^[0-9]+$ ]] || note 'no comment was written: this run is not of a pull request'

folder=$(dirname "${EQUERRE_REPORT:?}")
repository="${GITHUB_API_URL:?}/repos/${GITHUB_REPOSITORY:?}"
refused() {
  if [ "$1" = 000 ]; then note 'no comment was written: the forge cannot be reached from this runner'; fi
  note "no comment was written: its forge answered $1; \`pull-requests: write\` is needed, which forks do not get"
}
# One comment for each product of a repository.
marker="<!-- equerre $(printf '%s' "${EQUERRE_PATH:-.}" | cksum | cut -d ' ' -f 1) -->"
jq -n --arg marker "$marker" --rawfile report "${EQUERRE_REPORT:?}" '{ body: ($marker + "\n" + $report) }' > "$folder/comment.json"

# The token stands on standard input, not among arguments that other processes can read. What is left is the status.
ask() {
  printf 'header = "Authorization: Bearer %s"\n' "${EQUERRE_TOKEN:-}" | curl --config - --silent --show-error --max-time 30 \
    --header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: 2022-11-28' \
    --output "$folder/answer.json" --write-out '%{http_code}' "$@" || true
}

# The token of a person writes under their name; that of a job or an app, which has no user, as a bot.
login=
if [ "$(ask "$GITHUB_API_URL/user")" = 200 ]; then login=$(json -r '.login // empty' "$folder/answer.json"); fi

earlier=
for page in 1 2 3 4 5 6 7 8 9 10; do
  status=$(ask "$repository/issues/$number/comments?per_page=100&page=$page")
  [ "$status" = 200 ] || refused "$status"
  # shellcheck disable=SC2016
  earlier=$(json -r --arg marker "$marker" --arg login "$login" \
    '[.[] | select((.user.type == "Bot" or .user.login == $login) and (.body | startswith($marker)))][0].id // empty' "$folder/answer.json")
  [[ "$earlier" =~ ^[0-9]+$ ]] && break
  earlier=
  [ "$(json length "$folder/answer.json")" -eq 100 ] || break
done

status=
if [ -n "$earlier" ]; then
  status=$(ask --request PATCH --data-binary "@$folder/comment.json" "$repository/issues/comments/$earlier")
fi
# A comment that cannot be fixed is followed by a new one.
if [ "$status" != 200 ]; then
  status=$(ask --request POST --data-binary "@$folder/comment.json" "$repository/issues/$number/comments")
fi
case "$status" in
  200 | 201) ;;
  *) refused "$status" ;;
esac
