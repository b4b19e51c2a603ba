/** The dates of all versions of Lambda's API; its paths begin with one. */
const DATES = [
  '2014-11-13',
  '2015-03-31',
  '2016-08-19',
  '2017-03-31',
  '2017-10-31',
  '2018-10-31',
  '2019-09-25',
  '2019-09-30',
  '2020-04-22',
  '2020-06-30',
  '2021-07-20',
  '2021-10-31',
  '2021-11-15',
  '2024-08-31',
  '2025-11-30',
  '2025-12-01',
  '2026-07-09',
]
const API_PATH = new RegExp(`^/(?:${DATES.join('|')})(?:/|$)`)

/** Method and path of each operation that is served; `*` stands for the one parameter of a path. */
const OPERATIONS = {
  Invoke: 'POST /2015-03-31/functions/*/invocations',
  InvokeWithResponseStream: 'POST /2021-11-15/functions/*/response-streaming-invocations',
  ListFunctions: 'GET /2015-03-31/functions',
  GetFunction: 'GET /2015-03-31/functions/*',
  GetFunctionConfiguration: 'GET /2015-03-31/functions/*/configuration',
  ListVersionsByFunction: 'GET /2015-03-31/functions/*/versions',
  ListAliases: 'GET /2015-03-31/functions/*/aliases',
  GetPolicy: 'GET /2015-03-31/functions/*/policy',
  GetFunctionEventInvokeConfig: 'GET /2019-09-25/functions/*/event-invoke-config',
  GetFunctionConcurrency: 'GET /2019-09-30/functions/*/concurrency',
  PutFunctionConcurrency: 'PUT /2017-10-31/functions/*/concurrency',
  DeleteFunctionConcurrency: 'DELETE /2017-10-31/functions/*/concurrency',
  ListEventSourceMappings: 'GET /2015-03-31/event-source-mappings',
  GetEventSourceMapping: 'GET /2015-03-31/event-source-mappings/*',
  UpdateEventSourceMapping: 'PUT /2015-03-31/event-source-mappings/*',
  ListTags: 'GET /2017-03-31/tags/*',
  GetAccountSettings: 'GET /2016-08-19/account-settings',
} as const

export type OperationName = keyof typeof OPERATIONS

// Older clients end some of the paths with a slash.
const routes = Object.entries(OPERATIONS).map(([name, route]) => ({
  name: name as OperationName,
  pattern: new RegExp(`^${route.replace('*', '([^/]+)')}/?$`),
}))

export const OPERATION_NAMES = Object.keys(OPERATIONS)

/** Whether a request belongs to Lambda's API, which shares its ports with other services. */
export const isLambdaApiPath = (url: string | undefined) => API_PATH.test(url?.split('?', 1)[0] ?? '')

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // It breaks the pattern of every parameter then.
  }
}

export interface CalledOperation {
  readonly name: OperationName
  /** Decoded; empty when the path has none. */
  readonly parameter: string
}

/** Undefined when no operation that is served has this method and path. */
export function findOperation(method: string, path: string): CalledOperation | undefined {
  for (const { name, pattern } of routes) {
    const match = pattern.exec(`${method} ${path}`)
    if (match) return { name, parameter: decoded(match[1] ?? '') }
  }
  return undefined
}
