import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface Lookup {
  readonly what: string
  /** What was found, or what there is instead. */
  readonly result: string
  readonly isMissing: boolean
}

export type Installer = 'apt-get' | 'dnf' | 'pacman' | 'brew' | 'winget'
export const INSTALLERS: readonly Installer[] = ['apt-get', 'dnf', 'pacman', 'brew', 'winget']

/** The system's package manager: the first one with a program in the folders of `path` (the PATH variable). */
export function findInstaller(path: string): Installer | undefined {
  const folders = path.split(delimiter)
  return INSTALLERS.find((name) =>
    folders.some((folder) => existsSync(join(folder, name)) || existsSync(join(folder, `${name}.exe`))),
  )
}

/** The command that installs what the native servers need; on Windows, which has no Redis, the one that installs Docker. */
const FIXES: Readonly<Record<Installer, (needsRedis: boolean) => string>> = {
  'apt-get': (redis) =>
    `sudo apt-get update && sudo apt-get install -y openjdk-17-jre-headless maven${redis ? ' redis-server' : ''}`,
  dnf: (redis) => `sudo dnf install -y java-17-openjdk-headless maven${redis ? ' redis' : ''}`,
  pacman: (redis) => `sudo pacman -S --needed jre17-openjdk-headless maven${redis ? ' valkey' : ''}`,
  brew: (redis) => `brew install openjdk maven${redis ? ' redis' : ''}`,
  winget: () => 'winget install -e --id Docker.DockerDesktop',
}

/** One message for everything that is missing: what was looked for, what was found, and the command that fixes it on this machine. */
export function toMissingMessage(
  lookups: readonly Lookup[],
  installer: Installer | undefined,
  needsRedis: boolean,
): string {
  const width = Math.max(...lookups.map(({ what }) => what.length))
  const rows = lookups.map(
    ({ what, result, isMissing }) =>
      `  ${isMissing ? 'missing' : 'found  '}  ${what.padEnd(width)}  ${result}`,
  )
  const fix = installer
    ? `  ${FIXES[installer](needsRedis)}`
    : `  Install a Docker engine with the compose plug-in, or Java 17 and Maven${needsRedis ? ' and redis-server 7 or newer' : ''}, with this system's package manager.`
  return [
    'Kafka and Redis are needed, and this machine can run them neither in Docker nor directly. Looked for:',
    ...rows,
    'This fixes it:',
    fix,
    'Or use servers that run already: KAFKA_BROKERS=host:9092 REDIS_URL=redis://host:6379',
  ].join('\n')
}
