#!/usr/bin/env node
// Runs the binary that the package of this platform holds.
'use strict'
const { spawnSync } = require('node:child_process')

const platform = `${process.platform}-${process.arch}`
const name = `@betagouv/equerre-${platform}`
let binary
try {
  binary = require.resolve(`${name}/equerre${process.platform === 'win32' ? '.exe' : ''}`)
} catch {
  console.error(`equerre: the package ${name} is not installed. Either optional dependencies were left out, or nothing is built for
this platform: the README says how to build it. https://github.com/betagouv/equerre
equerre : le paquet ${name} n'est pas installé. Les dépendances optionnelles ont été écartées, ou rien n'est construit pour
cette plateforme : le LISEZMOI dit comment le faire.`)
  process.exit(2)
}
const { status, signal, error } = spawnSync(binary, process.argv.slice(2), { stdio: 'inherit' })
if (error) console.error(`equerre: ${error.message}`)
// Whoever waits for this process learns what the other one died of.
if (signal) process.kill(process.pid, signal)
process.exitCode = status ?? 2
