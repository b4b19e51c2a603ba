export interface Lookup {
  readonly what: string
  /** What was found, in words; for what is missing: what there is instead. */
  readonly result: string
  readonly isMissing: boolean
}

export type Installer = 'apt-get' | 'dnf' | 'pacman' | 'brew' | 'winget'
export const INSTALLERS: readonly Installer[] = ['apt-get', 'dnf', 'pacman', 'brew', 'winget']

/** The one command that installs what the native servers need; for Windows, where there is no Redis, the one that brings Docker. */
const FIXES: Readonly<Record<Installer, (wantsRedis: boolean) => string>> = {
  'apt-get': (redis) =>
    `sudo apt-get update && sudo apt-get install -y openjdk-17-jre-headless maven${redis ? ' redis-server' : ''}`,
  dnf: (redis) => `sudo dnf install -y java-17-openjdk-headless maven${redis ? ' redis' : ''}`,
  pacman: (redis) => `sudo pacman -S --needed jre17-openjdk-headless maven${redis ? ' valkey' : ''}`,
  brew: (redis) => `brew install openjdk maven${redis ? ' redis' : ''}`,
  winget: () => 'winget install -e --id Docker.DockerDesktop',
}

/** One message for all that is missing: what was looked for, what was found, and the command that mends it on this machine. */
export function toMissingMessage(
  lookups: readonly Lookup[],
  installer: Installer | undefined,
  wantsRedis: boolean,
): string {
  const width = Math.max(...lookups.map(({ what }) => what.length))
  const rows = lookups.map(
    ({ what, result, isMissing }) =>
      `  ${isMissing ? 'missing' : 'found  '}  ${what.padEnd(width)}  ${result}`,
  )
  const fix = installer
    ? `  ${FIXES[installer](wantsRedis)}`
    : `  Install a Docker engine with the compose plug-in, or Java 17 and Maven${wantsRedis ? ' and redis-server 7 or newer' : ''}, with this system's package manager.`
  return [
    'Kafka and Redis are needed, and this machine can run them neither in Docker nor directly. Looked for:',
    ...rows,
    'This mends it:',
    fix,
    'Or give running servers: KAFKA_BROKERS=host:9092 REDIS_URL=redis://host:6379',
  ].join('\n')
}
