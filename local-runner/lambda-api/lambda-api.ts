import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Listener } from '../http/http-server.ts'
import type { HttpResponse } from '../http/response.ts'
import { sendResponse } from '../http/send-response.ts'
import type { Journal } from '../journal/journal.ts'
import { functionArn } from '../lambda/environment-variables.ts'
import { accountSettings } from './account-settings.ts'
import { apiError, invalidParameter, resourceNotFound } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'
import { findOperation, OPERATION_NAMES, type OperationName } from './api-paths.ts'
import { createDescribeFunctions } from './describe-functions.ts'
import { createEventSourceMappings } from './event-source-mappings.ts'
import { createFunctionConcurrency } from './function-concurrency.ts'
import type { ReadFunctionCode } from './function-configuration.ts'
import { type FunctionName, NAME_OF_FUNCTION, NAME_WITH_VERSION, readFunctionName } from './function-name.ts'
import { getEventInvokeConfig, getPolicy, noEventInvokeConfig, noPolicy } from './function-settings.ts'
import { createInvokeFunction, type InvocationCall } from './invoke-function.ts'
import { type InvokeOperation, readInvokeParameters } from './invoke-parameters.ts'
import { listTags } from './list-tags.ts'
import { type InvokeRequest, readInvokeRequest } from './read-invoke-request.ts'
import { createStreamFunction } from './stream-function.ts'

export interface LambdaApiDeps {
  /** By name. */
  readonly functions: ReadonlyMap<string, ApiFunction>
  readonly functionCode: ReadFunctionCode
  readonly listen: Journal['listen']
}

/** Streams an answer. */
type Send = (response: ServerResponse) => Promise<void>
type Answer = HttpResponse | Send | Promise<HttpResponse | Send>

interface ApiCall {
  /** Of the path: a function's name, a UUID or an ARN. */
  readonly parameter: string
  readonly query: URLSearchParams
  readonly request: IncomingMessage
  readonly requestId: string
}
type Operation = (call: ApiCall) => Answer

interface FunctionCall extends ApiCall {
  readonly qualifier: string | undefined
}

const functionNotFound = ({ name, qualifier }: FunctionName) =>
  resourceNotFound(
    `Function not found: ${functionArn(name)}${qualifier === undefined ? '' : `:${qualifier}`}`,
  )
/** Some operations name the version that they would have used, as recorded from AWS. */
const versionNotFound = ({ name, qualifier = '$LATEST' }: FunctionName) =>
  functionNotFound({ name, qualifier })

const unknownOperation = (call: string) =>
  apiError(
    404,
    'UnknownOperationException',
    `The local runner does not serve this operation (${call}). It serves ${OPERATION_NAMES.join(', ')}; to change a function, edit its folder.`,
  )

const OF_A_WHOLE_FUNCTION =
  'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.'

/** Lambda's API, as far as function.json can answer it; the same on every port. */
export function createLambdaApi({ functions, functionCode, listen }: LambdaApiDeps): Listener {
  const describe = createDescribeFunctions({ functions, functionCode })
  const mappings = createEventSourceMappings({ functions, functionCode })
  const concurrency = createFunctionConcurrency(functions)
  const invokeFunction = createInvokeFunction({ listen })
  const streamFunction = createStreamFunction({ listen })

  const onFunction =
    (
      run: (target: ApiFunction, call: FunctionCall) => Answer,
      missing: (named: FunctionName) => HttpResponse = functionNotFound,
      violationsOf: (request: IncomingMessage) => readonly string[] = () => [],
    ): Operation =>
    (call) => {
      const qualifierOfQuery = call.query.get('Qualifier') ?? undefined
      const violations = violationsOf(call.request)
      const named = readFunctionName(call.parameter, qualifierOfQuery, NAME_WITH_VERSION, violations)
      if ('refusal' in named) return named.refusal
      const { name, qualifier } = named
      const target = functions.get(name)
      // $LATEST is the only version here.
      if (!target || (qualifier ?? '$LATEST') !== '$LATEST') return missing(named)
      return run(target, { ...call, qualifier })
    }

  const onInvocation = (
    operation: InvokeOperation,
    run: (target: ApiFunction, invoke: InvokeRequest, call: InvocationCall) => Answer,
  ) =>
    onFunction(
      async (target, call) => {
        const read = await readInvokeRequest(call.request, target, operation)
        return 'refusal' in read ? read.refusal : run(target, read.invoke, call)
      },
      versionNotFound,
      (request) => readInvokeParameters(request, operation).violations,
    )

  const onWholeFunction =
    (
      run: (target: ApiFunction, call: ApiCall) => Answer,
      missing: (named: FunctionName) => HttpResponse = functionNotFound,
    ): Operation =>
    (call) => {
      const named = readFunctionName(call.parameter, undefined, NAME_OF_FUNCTION)
      if ('refusal' in named) return named.refusal
      if (named.qualifier !== undefined) return invalidParameter(OF_A_WHOLE_FUNCTION)
      const target = functions.get(named.name)
      return target ? run(target, call) : missing(named)
    }

  const operations: Readonly<Record<OperationName, Operation>> = {
    Invoke: onInvocation('InvokeFunction', invokeFunction),
    InvokeWithResponseStream: onInvocation(
      'InvokeWithResponseStream',
      (target, invoke, call) => (response) => streamFunction(target, invoke, call, response),
    ),
    ListFunctions: ({ query }) => describe.list(query),
    GetFunction: onFunction((target, { qualifier }) => describe.get(target, qualifier)),
    GetFunctionConfiguration: onFunction((target, { qualifier }) =>
      describe.configuration(target, qualifier),
    ),
    ListVersionsByFunction: onFunction((target, { query }) => describe.versions(target, query)),
    ListAliases: onWholeFunction((target, { query }) => describe.aliases(target, query)),
    GetPolicy: onFunction(getPolicy, noPolicy),
    GetFunctionEventInvokeConfig: onFunction(
      (target) => getEventInvokeConfig(target, functionCode),
      noEventInvokeConfig,
    ),
    GetFunctionConcurrency: onWholeFunction(concurrency.get),
    PutFunctionConcurrency: onWholeFunction(
      (target, { request }) => concurrency.put(target, request),
      versionNotFound,
    ),
    DeleteFunctionConcurrency: onWholeFunction(concurrency.delete),
    ListEventSourceMappings: ({ query }) => mappings.list(query),
    GetEventSourceMapping: ({ parameter }) => mappings.get(parameter),
    UpdateEventSourceMapping: ({ parameter, request }) => mappings.update(parameter, request),
    ListTags: ({ parameter }) => listTags(functions, parameter),
    GetAccountSettings: () => accountSettings([...functions.values()], functionCode),
  }

  return async (request, response) => {
    const requestId = randomUUID()
    const { method = 'GET', url = '' } = request
    const [path = '', queryText] = url.split('?')
    const query = new URLSearchParams(queryText)
    const called = findOperation(method, path)
    const answered = called
      ? await operations[called.name]({ parameter: called.parameter, query, request, requestId })
      : unknownOperation(`${method} ${path}`)
    if (typeof answered === 'function') return answered(response)
    sendResponse(response, answered, [['x-amzn-requestid', requestId]])
  }
}
