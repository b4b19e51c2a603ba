import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Listener } from '../http/http-server.ts'
import type { HttpResponse } from '../http/response.ts'
import { sendResponse } from '../http/send-response.ts'
import type { Journal } from '../journal/journal.ts'
import { functionArn } from '../lambda/environment-variables.ts'
import { apiError } from './api-error.ts'
import { createDescribeFunctions, type DescribeFunctionsDeps } from './describe-functions.ts'
import { parseFunctionName } from './function-name.ts'
import { type ApiFunction, createInvokeFunction } from './invoke-function.ts'
import { readInvokeRequest } from './read-invoke-request.ts'
import { createStreamFunction } from './stream-function.ts'

export interface LambdaApiDeps extends DescribeFunctionsDeps {
  readonly functions: ReadonlyMap<string, ApiFunction>
  readonly listen: Journal['listen']
}

/** All paths of the Lambda API begin with a date. */
const API_PATH = /^\/(20\d\d-\d\d-\d\d)\/functions(?:\/([^/]*))?(?:\/([\w-]+))?\/?$/
const INVOKE = '2015-03-31 POST invocations'
const STREAM = '2021-11-15 POST response-streaming-invocations'
const GET_FUNCTION = '2015-03-31 GET function'
const GET_CONFIGURATION = '2015-03-31 GET configuration'
const FUNCTION_OPERATIONS = [INVOKE, STREAM, GET_FUNCTION, GET_CONFIGURATION]

export const isLambdaApiPath = (url: string | undefined) => API_PATH.test(url?.split('?', 1)[0] ?? '')

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // It is not a function name then, and the answer is 404.
  }
}

const notFound = (name: string, qualifier: string | undefined) => {
  const arn = name.startsWith('arn:') ? name : functionArn(name)
  const suffix = qualifier === undefined ? '' : `:${qualifier}`
  return apiError(404, 'ResourceNotFoundException', `Function not found: ${arn}${suffix}`)
}

const unknownOperation = (call: string) =>
  apiError(
    404,
    'UnknownOperationException',
    `The local runner does not serve this operation (${call}). It serves Invoke, InvokeWithResponseStream, ListFunctions, GetFunction and GetFunctionConfiguration; to change a function, edit its folder.`,
  )

/** Streams an answer. */
type Send = (response: ServerResponse) => Promise<void>

/** The part of Lambda's API that calls and lists functions; the same on every port. */
export function createLambdaApi({ functions, functionCode, listen }: LambdaApiDeps): Listener {
  const describe = createDescribeFunctions({ functions, functionCode })
  const invokeFunction = createInvokeFunction({ listen })
  const streamFunction = createStreamFunction({ listen })

  async function answer(request: IncomingMessage, requestId: string): Promise<HttpResponse | Send> {
    const { method = 'GET', url = '' } = request
    const [path = '', queryText] = url.split('?')
    const query = new URLSearchParams(queryText)
    const [, date, encodedName, operation] = API_PATH.exec(path) ?? []
    const call = `${date} ${method} ${operation ?? (encodedName ? 'function' : 'functions')}`
    if (call === '2015-03-31 GET functions') return describe.list(query)

    if (!FUNCTION_OPERATIONS.includes(call)) return unknownOperation(call)
    const requestedName = decoded(encodedName ?? '')
    const parsed = parseFunctionName(requestedName)
    const qualifier = query.get('Qualifier') ?? parsed?.qualifier
    const target = parsed && functions.get(parsed.name)
    const isInvocation = call === INVOKE || call === STREAM
    if (!target || (qualifier !== undefined && qualifier !== '$LATEST')) {
      // As recorded from AWS: Invoke names the qualifier it would have used, the others only one from the request.
      return notFound(parsed?.name ?? requestedName, qualifier ?? (isInvocation ? '$LATEST' : undefined))
    }
    if (call === GET_FUNCTION) return describe.get(target, qualifier)
    if (call === GET_CONFIGURATION) return describe.configuration(target, qualifier)
    const operationName = call === INVOKE ? 'InvokeFunction' : 'InvokeWithResponseStream'
    const read = await readInvokeRequest(request, operationName)
    if ('refusal' in read) return read.refusal
    const { invoke } = read
    return call === INVOKE
      ? invokeFunction(target, invoke, { requestId, qualifier })
      : (response) => streamFunction(target, invoke, { requestId, qualifier }, response)
  }

  return async (request, response) => {
    const requestId = randomUUID()
    const answered = await answer(request, requestId)
    if (typeof answered === 'function') return answered(response)
    sendResponse(response, answered, [['x-amzn-requestid', requestId]])
  }
}
