import { HOP_BY_HOP } from './hop-by-hop.ts'

/** Name in lower case, value. */
type Header = readonly [name: string, value: string]

/** The gateway frames, dates and signs the message itself. */
const isGatewaysOwn = (name: string) =>
  HOP_BY_HOP.has(name) || name === 'content-length' || name === 'date' || name.startsWith('apigw-')

const NAME = /^[\w!#$%&'*+.^`|~-]+$/
/** A header's bytes are Latin-1; with a line break a client could read it as two headers. */
const NOT_SENDABLE = /[^\t\x20-\x7e\x80-\xff]/

/** Why HTTP cannot carry the header; undefined when it can. */
function problemOf([name, value]: Header): string | undefined {
  if (!NAME.test(name)) return `${JSON.stringify(name)} is no name of a header`
  if (name === 'trailer') return 'the header "trailer" announces what can only follow a chunked body'
  if (!NOT_SENDABLE.test(value)) return undefined
  const what = name === 'set-cookie' ? 'a cookie' : `the header "${name}"`
  return `${what} contains a character that HTTP cannot carry (line breaks, control characters, all after U+00FF)`
}

/** The headers of a function's answer that are sent, cookies first, or why they cannot be. */
export function toResponseHeaders(
  cookies: readonly string[],
  headers: Readonly<Record<string, string | number | boolean>>,
): { readonly headers: readonly Header[] } | { readonly problem: string } {
  const all = [
    ...cookies.map((cookie) => ['set-cookie', cookie] as const),
    ...Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const),
  ]
  const sent = all.filter(([name]) => !isGatewaysOwn(name))
  const problem = sent.map(problemOf).find((each) => each !== undefined)
  return problem === undefined ? { headers: sent } : { problem }
}
