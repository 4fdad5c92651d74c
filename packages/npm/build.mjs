// Writes the packages of npm: `node packages/npm/build.mjs OUT TARGET=BINARY…`, such as
// `x86_64-unknown-linux-musl=target/x86_64-unknown-linux-musl/release/equerre`. The launcher has an optional dependency for each
// platform, so that npm installs that of the machine and no other. The version is that of Cargo.toml.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PLATFORMS = {
  'x86_64-unknown-linux-musl': ['linux', 'x64'],
  'aarch64-unknown-linux-musl': ['linux', 'arm64'],
  'x86_64-apple-darwin': ['darwin', 'x64'],
  'aarch64-apple-darwin': ['darwin', 'arm64'],
  'x86_64-pc-windows-msvc': ['win32', 'x64'],
}

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..')
const manifest = readFileSync(join(root, 'Cargo.toml'), 'utf8')
const field = (name) => manifest.match(new RegExp(`^${name} = "(.*)"$`, 'm'))[1]
const version = field('version')
const about = {
  version,
  description: field('description'),
  license: field('license'),
  repository: { type: 'git', url: `git+${field('repository')}.git` },
}

const [out, ...binaries] = process.argv.slice(2)
if (!out || binaries.length === 0) {
  console.error('node packages/npm/build.mjs OUT TARGET=BINARY…')
  process.exit(2)
}

function write(folder, manifest, files) {
  const at = join(out, folder)
  mkdirSync(at, { recursive: true })
  writeFileSync(join(at, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  for (const [from, name] of files) copyFileSync(from, join(at, name))
  return at
}

const packages = {}
for (const given of binaries) {
  const [target, binary] = given.split('=')
  const platform = PLATFORMS[target]
  if (!platform || !binary) {
    console.error(`${given}: one of ${Object.keys(PLATFORMS).join(', ')}, and its binary`)
    process.exit(2)
  }
  const [os, cpu] = platform
  const name = `@betagouv/equerre-${os}-${cpu}`
  const file = os === 'win32' ? 'equerre.exe' : 'equerre'
  packages[name] = version
  const own = { name, ...about, os: [os], cpu: [cpu], files: [file], preferUnplugged: true }
  const at = write(`equerre-${os}-${cpu}`, own, [[binary, file], [join(root, 'LICENSE'), 'LICENSE']])
  chmodSync(join(at, file), 0o755)
}

const launcher = {
  name: 'equerre',
  ...about,
  keywords: ['linter', 'quality', 'audit', 'security', 'betagouv'],
  bin: { equerre: 'equerre.cjs' },
  files: ['equerre.cjs'],
  engines: { node: '>=18' },
  optionalDependencies: packages,
}
write('equerre', launcher, [[join(here, 'equerre.cjs'), 'equerre.cjs'], [join(root, 'README.md'), 'README.md'], [join(root, 'LICENSE'), 'LICENSE']])
