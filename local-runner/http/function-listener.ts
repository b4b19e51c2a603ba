import { functionArn } from '../host/environment-variables.ts'
import { isHealthPath } from '../health.ts'
import type { Invoke } from '../invocation.ts'
import { createHttpEntry } from './http-entry.ts'
import type { Listener } from './http-server.ts'
import { createInvokeEndpoint, INVOKE_PATH } from './invoke-endpoint.ts'
import { createRouting } from './routing.ts'

export interface Deps {
  readonly functionName: string
  readonly routeKeys: readonly string[]
  readonly invoke: Invoke
  readonly health: Listener
}

/** All that a function's port serves: the runner's health, Lambda's Invoke API, and the HTTP API for every other path. */
export function createFunctionListener({ functionName, routeKeys, invoke, health }: Deps): Listener {
  const entry = createHttpEntry({ findRoute: createRouting(routeKeys), invoke })
  const invokeEndpoint = createInvokeEndpoint({
    functionName,
    functionArn: functionArn(functionName),
    invoke,
  })
  return (request, response) => {
    if (isHealthPath(request.url)) return health(request, response)
    if (request.method === 'POST' && INVOKE_PATH.test(request.url ?? ''))
      return invokeEndpoint(request, response)
    return entry(request, response)
  }
}
