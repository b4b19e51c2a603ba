import { expect, test } from 'vitest'
import { INSTALLERS, type Lookup, toMissingMessage } from './missing.ts'

const lookups: readonly Lookup[] = [
  { what: 'a Docker engine with compose', result: 'docker not found', isMissing: true },
  { what: 'Java 17 or newer', result: '21.0.4', isMissing: false },
  { what: 'Maven (mvn)', result: 'not found', isMissing: true },
]

test('one message lists what was looked for, what was found and the command that fixes it', () => {
  expect(toMissingMessage(lookups, 'apt-get', false)).toBe(
    `Kafka and Redis are needed, and this machine can run them neither in Docker nor directly. Looked for:
  missing  a Docker engine with compose  docker not found
  found    Java 17 or newer              21.0.4
  missing  Maven (mvn)                   not found
This fixes it:
  sudo apt-get update && sudo apt-get install -y openjdk-17-jre-headless maven
Or use servers that run already: KAFKA_BROKERS=host:9092 REDIS_URL=redis://host:6379`,
  )
})

test.each([
  ['apt-get', 'redis-server'],
  ['dnf', 'redis'],
  ['pacman', 'valkey'],
  ['brew', 'redis'],
] as const)('%s is asked for a Redis only when there is none to download', (installer, redis) => {
  const commandOf = (wantsRedis: boolean) =>
    toMissingMessage(lookups, installer, wantsRedis)
      .split('\n')
      .find((line) => line.includes('install') || line.includes('-S '))
  expect(commandOf(true)).toContain(` ${redis}`)
  expect(commandOf(false)).not.toMatch(/redis|valkey/)
})

test('on Windows, where no Redis is to be had, the command brings Docker', () => {
  expect(toMissingMessage(lookups, 'winget', true)).toContain('winget install -e --id Docker.DockerDesktop')
})

test('a machine without a known package manager gets the names of what is needed', () => {
  expect(toMissingMessage(lookups, undefined, true)).toContain(
    'Java 17 and Maven and redis-server 7 or newer',
  )
})

test('there is a command for every package manager', () => {
  for (const installer of INSTALLERS) expect(toMissingMessage(lookups, installer, true)).toContain(installer)
})
