export interface Route {
  /** The key as configured, such as `GET /orders/{orderId}`. */
  readonly routeKey: string
  readonly pathParameters?: Readonly<Record<string, string>>
}

/** @param path decoded */
export type FindRoute = (method: string, path: string) => Route | undefined

const isGreedy = (segment: string) => segment.endsWith('+}')
const isVariable = (segment: string) => segment.startsWith('{')
const variableName = (segment: string) => segment.replace(/^\{|\+?\}$/g, '')
const segmentsOf = (path: string) => path.split('/').slice(1)

/** Sorts the more specific first: static, then a variable, then a greedy variable. */
const rank = (segment: string | undefined) =>
  segment === undefined || isGreedy(segment) ? 2 : isVariable(segment) ? 1 : 0

function compile(routeKey: string) {
  const [method = '', path = ''] = routeKey.split(' ')
  const segments = segmentsOf(path)
  return { routeKey, method, segments, isGreedy: segments.some(isGreedy) }
}

type Compiled = ReturnType<typeof compile>

function bySpecificity(a: Compiled, b: Compiled): number {
  if (a.isGreedy !== b.isGreedy) return Number(a.isGreedy) - Number(b.isGreedy)
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index++) {
    const difference = rank(a.segments[index]) - rank(b.segments[index])
    if (difference !== 0) return difference
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY')
}

/** Nothing follows the root's slash, and yet `{var}` takes it; elsewhere only `{proxy+}` takes an empty segment. */
function match(route: Compiled, asked: readonly string[]): Record<string, string> | undefined {
  const { segments } = route
  if (route.isGreedy ? asked.length < segments.length : asked.length !== segments.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    const value = isGreedy(segment) ? asked.slice(index).join('/') : (asked[index] ?? '')
    if (!isVariable(segment)) {
      if (segment !== value) return undefined
    } else {
      if (value === '' && !isGreedy(segment) && asked.length > 1) return undefined
      parameters[variableName(segment)] = value
    }
  }
  return parameters
}

/**
 * API Gateway's choice of route: full match (static before `{var}`), then `{proxy+}`, then `$default`; a named method
 * before ANY (http-api-develop-routes). A trailing slash and the case of letters are significant.
 */
export function createRouting(routeKeys: readonly string[]): FindRoute {
  const routes = routeKeys
    .filter((key) => key !== '$default')
    .map(compile)
    .sort(bySpecificity)
  const fallback: Route | undefined = routeKeys.includes('$default') ? { routeKey: '$default' } : undefined
  return (method, path) => {
    const asked = segmentsOf(path)
    for (const route of routes) {
      if (route.method !== method && route.method !== 'ANY') continue
      const pathParameters = match(route, asked)
      if (!pathParameters) continue
      return { routeKey: route.routeKey, ...(Object.keys(pathParameters).length > 0 && { pathParameters }) }
    }
    return fallback
  }
}
