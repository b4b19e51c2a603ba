export interface Route {
  /** The key as configured, such as `GET /orders/{orderId}`. */
  readonly routeKey: string
  readonly pathParameters?: Readonly<Record<string, string>>
}

export type FindRoute = (method: string, rawPath: string) => Route | undefined

const isGreedy = (segment: string) => segment.endsWith('+}')
const isVariable = (segment: string) => segment.startsWith('{')
const variableName = (segment: string) => segment.replace(/^\{|\+?\}$/g, '')
const segmentsOf = (path: string) => path.split('/').slice(1)

/** Sorts the more specific first: static, then a variable, then a greedy variable. */
const rank = (segment: string | undefined) =>
  segment === undefined || isGreedy(segment) ? 2 : isVariable(segment) ? 1 : 0

function compile(routeKey: string) {
  const [method = '', path = ''] = routeKey.split(' ')
  return { routeKey, method, segments: segmentsOf(path) }
}

type Compiled = ReturnType<typeof compile>

function bySpecificity(a: Compiled, b: Compiled): number {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index++) {
    const difference = rank(a.segments[index]) - rank(b.segments[index])
    if (difference !== 0) return difference
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY')
}

function match(segments: readonly string[], asked: readonly string[]): Record<string, string> | undefined {
  const greedy = segments.some(isGreedy)
  if (greedy ? asked.length < segments.length : asked.length !== segments.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    const value = isGreedy(segment) ? asked.slice(index).join('/') : (asked[index] ?? '')
    if (!isVariable(segment)) {
      if (segment !== value) return undefined
    } else {
      if (value === '') return undefined
      parameters[variableName(segment)] = decodeURIComponent(value)
    }
  }
  return parameters
}

/**
 * API Gateway's choice of route: full match (static before `{var}`), then `{proxy+}`, then `$default`; a named method
 * before ANY (http-api-develop-routes). A trailing slash and the case of letters are significant. The path is
 * still encoded; a malformed escape throws URIError.
 */
export function createRouting(routeKeys: readonly string[]): FindRoute {
  const routes = routeKeys
    .filter((key) => key !== '$default')
    .map(compile)
    .sort(bySpecificity)
  const fallback: Route | undefined = routeKeys.includes('$default') ? { routeKey: '$default' } : undefined
  return (method, rawPath) => {
    const asked = segmentsOf(rawPath)
    for (const route of routes) {
      if (route.method !== method && route.method !== 'ANY') continue
      const pathParameters = match(route.segments, asked)
      if (!pathParameters) continue
      return { routeKey: route.routeKey, ...(Object.keys(pathParameters).length > 0 && { pathParameters }) }
    }
    return fallback
  }
}
