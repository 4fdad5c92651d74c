// `node --test packages/npm/test.mjs`: the packages are built around a stand-in for the binary, packed and installed from where they lie.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const TARGETS = {
  'linux-x64': 'x86_64-unknown-linux-musl',
  'linux-arm64': 'aarch64-unknown-linux-musl',
  'darwin-x64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
}
const platform = `${process.platform}-${process.arch}`
const folder = mkdtempSync(join(tmpdir(), 'equerre-npm-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const stand = join(folder, 'stand-in')
writeFileSync(stand, '#!/bin/sh\nif [ "$1" = die ]; then kill -TERM $$; fi\necho "ran $*"\nexit 3\n')
chmodSync(stand, 0o755)
const every = [...Object.values(TARGETS), 'x86_64-pc-windows-msvc'].map((target) => `${target}=${stand}`)
execFileSync(process.execPath, [join(here, 'build.mjs'), join(folder, 'out'), ...every])
const manifest = (name) => JSON.parse(readFileSync(join(folder, 'out', name, 'package.json'), 'utf8'))
const version = readFileSync(join(here, '..', '..', 'Cargo.toml'), 'utf8').match(/^version = "(.*)"$/m)[1]

function installed(...names) {
  const project = mkdtempSync(join(folder, 'project-'))
  const archives = names.map((name) => {
    const packed = execFileSync('npm', ['pack', '--silent', join(folder, 'out', name), '--pack-destination', project])
    return join(project, packed.toString().trim())
  })
  writeFileSync(join(project, 'package.json'), '{}')
  // The platforms of others are in no registry here; npm takes an optional dependency that it cannot have as absent.
  execFileSync('npm', ['install', '--silent', '--offline', '--no-audit', '--no-fund', ...archives], { cwd: project })
  return join(project, 'node_modules', '.bin', 'equerre')
}

test('the launcher names each platform, at its own version', () => {
  const { optionalDependencies, ...launcher } = manifest('equerre')
  assert.equal(launcher.version, version)
  assert.deepEqual(Object.keys(optionalDependencies).sort(), [
    '@betagouv/equerre-darwin-arm64',
    '@betagouv/equerre-darwin-x64',
    '@betagouv/equerre-linux-arm64',
    '@betagouv/equerre-linux-x64',
    '@betagouv/equerre-win32-x64',
  ])
  assert.ok(Object.values(optionalDependencies).every((own) => own === version))
  assert.deepEqual(manifest('equerre-win32-x64').files, ['equerre.exe'])
})

test('it runs the binary of this machine, with its arguments and its exit code', { skip: !TARGETS[platform] }, () => {
  const { status, stdout } = spawnSync(installed(`equerre-${platform}`, 'equerre'), ['--lang', 'fr', 'a b'])
  assert.equal(stdout.toString(), 'ran --lang fr a b\n')
  assert.equal(status, 3)
})

test('a signal that ends the binary ends the launcher', { skip: !TARGETS[platform] }, () => {
  assert.equal(spawnSync(installed(`equerre-${platform}`, 'equerre'), ['die']).signal, 'SIGTERM')
})

test('without the package of the platform, it says what is missing in both languages', () => {
  const { status, stderr } = spawnSync(installed('equerre'), [])
  assert.equal(status, 2)
  assert.match(stderr.toString(), /is not installed/)
  assert.match(stderr.toString(), /n'est pas installé/)
})
