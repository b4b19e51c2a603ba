import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)
const REPAIRED_VERSION = '2.2.4'

const toPath = (name: string) => `kafkajs/src/${name}`

/** A module of kafkajs that it does not export, such as `network/requestQueue`. */
export const loadInternal = (name: string): unknown => load(toPath(name))

/**
 * Gives `replacement` to whoever loads this module of kafkajs from now on. kafkajs loads its protocol only when it uses it:
 * `users` are the modules that may have loaded the old one already, and that are loaded again.
 */
export function replaceInternal(name: string, replacement: unknown, users: readonly string[]): void {
  loadInternal(name)
  const cached = load.cache[load.resolve(toPath(name))]
  if (cached === undefined) throw new Error(`kafkajs's ${name} cannot be replaced: it is not in the cache`)
  cached.exports = replacement
  for (const user of users) Reflect.deleteProperty(load.cache, load.resolve(toPath(user)))
}

/** @throws Error when kafkajs is another version, for which no repair is tested */
export function requireRepairedVersion(): void {
  const manifest: unknown = load('kafkajs/package.json')
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined
  if (version === REPAIRED_VERSION) return
  throw new Error(
    `kafkajs is ${String(version)}, its repairs are for ${REPAIRED_VERSION}: see local-runner/kafka/kafkajs/README.md`,
  )
}
