import type { NewFunction } from './new-arguments.ts'

/** How a new function serves a route. */
export interface RouteUse {
  readonly routeKey: string
  readonly method: string
  /** With `{parameter}`s. */
  readonly template: string
  /** The path parameter whose records the route answers; undefined: the route is still to be written. */
  readonly parameter: string | undefined
}

/** Of all routes only a GET by an id has one obvious answer: what the topics brought for that id. */
export function routeUses({ topics, routes }: NewFunction): readonly RouteUse[] {
  return routes.map((routeKey) => {
    const [method = '', template = ''] = routeKey.split(' ')
    const parameter = [...template.matchAll(/\{([^}+]+)\}/g)].at(-1)?.[1]
    const isRead = method === 'GET' && topics.length > 0
    return { routeKey, method, template, parameter: isRead ? parameter : undefined }
  })
}

/** A path of the route, its parameters filled in by name. */
export const pathOf = ({ template }: RouteUse, fill: (parameter: string) => string): string =>
  template.replace(/\{([^}+]+)\+?\}/g, (_, parameter: string) => fill(parameter))

/** `orderId` -> `ORDER_ID`, for a person to replace. */
export const placeholder = (parameter: string): string =>
  parameter.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()
