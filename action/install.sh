#!/usr/bin/env bash
# Installs the released binary for this runner, once its checksum and, where `gh` is there, its provenance are verified; or builds it
# from the source beside this file.
set -euo pipefail

say() { printf '::error title=Equerre::%s\n' "$1"; exit 2; }

here=$(cd "$(dirname "$0")/.." && pwd)
folder="${RUNNER_TEMP:?}/equerre-bin"
releases="${EQUERRE_RELEASES:-https://github.com/betagouv/equerre/releases}"
mkdir -p "$folder"

# The version of this action is written beside it, whatever the reference that it was called by.
version="${EQUERRE_VERSION:-}"
if [ -z "$version" ]; then
  version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/Cargo.toml" | head -n 1)
fi

if [ "$version" = source ]; then
  command -v cargo >/dev/null 2>&1 || say 'building from source needs Rust: install it in a step before this one'
  cargo install --quiet --locked --root "$folder" --path "$here"
  printf 'equerre=%s\n' "$folder/bin/equerre" >> "${GITHUB_OUTPUT:?}"
  exit 0
fi

case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
  Linux-X64) target=x86_64-unknown-linux-musl ;;
  Linux-ARM64) target=aarch64-unknown-linux-musl ;;
  macOS-X64) target=x86_64-apple-darwin ;;
  macOS-ARM64) target=aarch64-apple-darwin ;;
  Windows-X64) target=x86_64-pc-windows-msvc ;;
  *) say "no binary is released for this runner (${RUNNER_OS:-?}, ${RUNNER_ARCH:-?}): set \`version: source\` to build it" ;;
esac

asset="equerre-$target.tar.gz"
if [ "$version" = latest ]; then
  from="$releases/latest/download"
elif [[ "$version" =~ ^v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.-]+)?$ ]]; then
  from="$releases/download/v${version#v}"
else
  # What was given is not repeated: it may try to be a command of the runner.
  say 'the version is not one: give 1.2.3, latest or source'
fi

# The checksum comes from the same place as the binary: it reveals a broken download, not who built it. The attestation does: our own
# workflow signed it, for this tag. With the bundle of the release, gh needs no login (https://github.com/cli/cli/pull/9000).
attested() {
  local identity=(--repo betagouv/equerre --signer-workflow betagouv/equerre/.github/workflows/release.yml)
  if [ "$version" != latest ]; then identity+=(--source-ref "refs/tags/v${version#v}"); fi
  env -u GH_TOKEN -u GITHUB_TOKEN GH_HOST=github.com GH_CONFIG_DIR="$folder/gh" \
    gh attestation verify "$asset" --bundle provenance.jsonl "${identity[@]}" >/dev/null 2>&1
}
verifies_origin=false
# Older versions of gh cannot check the tag, and accepted an empty bundle (https://github.com/cli/cli/pull/9541).
if gh attestation verify --help 2>/dev/null | grep -e --source-ref >/dev/null; then verifies_origin=true; fi

command -v curl >/dev/null 2>&1 || say 'curl is not installed on this runner: install it in a step before this one'
files=("$asset" "$asset.sha256")
if [ "$verifies_origin" = true ]; then files+=(provenance.jsonl); fi
for file in "${files[@]}"; do
  curl --fail --silent --show-error --location --retry 3 --output "$folder/$file" "$from/$file" \
    || say "$file of version $version cannot be downloaded: check the version, or set \`version: source\` to build it"
done

cd "$folder"
if command -v sha256sum >/dev/null 2>&1; then check=(sha256sum --check); else check=(shasum -a 256 --check); fi
"${check[@]}" "$asset.sha256" >/dev/null 2>&1 || say "the checksum of $asset is not that of the release: nothing was installed"
if [ "$verifies_origin" = true ]; then
  attested || say "$asset was not built by Equerre's own release workflow: nothing was installed"
  printf 'Equerre %s: the checksum and the provenance of %s are verified\n' "$version" "$asset"
else
  printf '::notice title=Equerre::only the checksum of %s was verified, not who built it: no recent gh is installed on this runner\n' "$asset"
fi
tar -xzf "$asset"

binary="$folder/equerre"
if [ "${RUNNER_OS:-}" = Windows ]; then binary="$binary.exe"; fi
[ -x "$binary" ] || say "$asset holds no equerre"
printf 'equerre=%s\n' "$binary" >> "${GITHUB_OUTPUT:?}"
