import { parseArgs } from 'node:util'

export const NEW_HELP = `Writes a function that works: function.json, handler, use case, store with its memory twin, tests, README.

  npm run new -- <name> --topic <topic> --route "<METHOD> /path"

  --topic <name>       a topic of functions/topics.json to read; may be given several times
  --route "<key>"      a route to serve, such as "GET /shipments/{orderId}"; may be given several times
  --help

At least one topic or route. Each event of a topic is recorded once; a GET route with a parameter answers what is
recorded for that id; every other route answers 501 until you write it.

  npm run new -- shipping --topic order-topic --route "GET /shipments/{orderId}"
`

export interface NewFunction {
  readonly name: string
  readonly topics: readonly string[]
  /** Route keys. */
  readonly routes: readonly string[]
}

const MAX_TRIGGERS = 20
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const MAX_NAME_LENGTH = 64

/** Undefined: help was asked for. @throws Error that says what is wrong with the arguments */
export function parseNewArguments(args: readonly string[]): NewFunction | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      topic: { type: 'string', multiple: true, default: [] },
      route: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { topic: topics, route: routes } = values
  const [name, ...more] = positionals
  if (name === undefined) throw new Error('The function has no name. See npm run new -- --help.')
  if (more.length > 0) {
    throw new Error(`One function at a time: "${more.join(' ')}" is too much. Put quotes around a route.`)
  }
  if (name.length > MAX_NAME_LENGTH || !NAME.test(name)) {
    throw new Error(
      `"${name}" cannot be a function's name: use 1 to ${MAX_NAME_LENGTH} lower-case letters, digits and single hyphens, a letter first, such as order-audit.`,
    )
  }
  if (topics.length + routes.length === 0) {
    throw new Error('The function has no trigger: give it a --topic or a --route. See npm run new -- --help.')
  }
  if (topics.length + routes.length > MAX_TRIGGERS) {
    throw new Error(`At most ${MAX_TRIGGERS} topics and routes: add more in function.json later.`)
  }
  const twice = [topics, routes].flatMap((all) => all.filter((one, index) => all.indexOf(one) !== index))
  if (twice.length > 0) throw new Error(`"${twice[0]}" is given twice. Leave one out.`)
  return { name, topics, routes }
}
