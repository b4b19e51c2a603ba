import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const METHODS = 'GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY'
/** A key of a record of routes, such as `'GET /orders/{orderId}': get`. */
const ROUTE = new RegExp(`'(\\$default|(?:${METHODS}) /[^']*)'\\s*:`, 'g')

const CODE = /\.[cm]?[jt]sx?$/

export interface CheckRoutesDeps {
  /** Absolute: the project. */
  readonly root: string
  readonly name: string
  /** Of its function.json. */
  readonly declared: readonly string[]
  /** Paths from the root. */
  readonly sources: readonly string[]
}

/**
 * Reads synchronously: for some fifty small files that is ten times faster, and a save waits for it.
 * Does not check a function that does not keep its routes in a record by route key.
 * @throws when the routes in a function's sources are not those of its function.json
 */
export function checkRoutes({ root, name, declared, sources }: CheckRoutesDeps): void {
  const folder = `functions/${name}/`
  const served = new Map<string, string>()
  for (const file of sources.filter((source) => source.startsWith(folder) && CODE.test(source))) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const [, routeKey = ''] of text.matchAll(ROUTE)) served.set(routeKey, file)
  }
  if (served.size === 0) return
  const undeclared = [...served]
    .filter(([routeKey]) => !declared.includes(routeKey))
    .map(
      ([routeKey, file]) =>
        `${file} serves "${routeKey}", which ${folder}function.json does not declare: add it to "http" there, or remove it.`,
    )
  const unserved = declared
    .filter((routeKey) => !served.has(routeKey))
    .map(
      (routeKey) =>
        `${folder}function.json declares "${routeKey}", which no file of the function serves: add it to the routes, or remove it.`,
    )
  const faults = [...undeclared, ...unserved]
  if (faults.length > 0) throw new Error(faults.join('\n'))
}
