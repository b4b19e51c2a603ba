import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { functionArn } from '../host/environment-variables.ts'
import type { HttpResponse } from '../http/http-response.ts'
import type { Listener } from '../http/http-server.ts'
import { sendResponse } from '../http/send-response.ts'
import type { Journal } from '../journal.ts'
import { apiError } from './api-error.ts'
import { createDescribeFunctions, type Deps as DescribeDeps } from './describe-functions.ts'
import { parseFunctionName } from './function-name.ts'
import { createInvokeFunction } from './invoke-function.ts'
import { readInvokeRequest } from './read-invoke-request.ts'

export interface Deps extends DescribeDeps {
  readonly listen: Journal['listen']
}

/** The Lambda API's paths all begin with a date. */
const API_PATH = /^\/20\d\d-\d\d-\d\d\/functions(?:\/([^/]*))?(?:\/([\w-]+))?\/?$/
const OURS = '/2015-03-31/'

export const isLambdaApiPath = (url: string | undefined) => API_PATH.test(url?.split('?', 1)[0] ?? '')

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // Then it is no function's name, and the answer says so.
  }
}

const notFound = (name: string, qualifier: string | undefined) => {
  const arn = name.startsWith('arn:') ? name : functionArn(name)
  const suffix = qualifier === undefined ? '' : `:${qualifier}`
  return apiError(404, 'ResourceNotFoundException', `Function not found: ${arn}${suffix}`)
}

const unknownOperation = (method: string) =>
  apiError(
    404,
    'UnknownOperationException',
    `The local runner has no such operation (${method}). It serves Invoke, ListFunctions, GetFunction and GetFunctionConfiguration; to change a function, edit its folder.`,
  )

/** Lambda's API for all functions here, as far as clients need to call and list them. The same on every port. */
export function createLambdaApi({ functions, codeFacts, listen }: Deps): Listener {
  const describe = createDescribeFunctions({ functions, codeFacts })
  const invokeFunction = createInvokeFunction({ listen })

  async function answer(request: IncomingMessage, requestId: string): Promise<HttpResponse> {
    const { method = 'GET', url = '' } = request
    const [path = '', queryText] = url.split('?')
    const query = new URLSearchParams(queryText)
    const [, encodedName, operation] = API_PATH.exec(path) ?? []
    const call = `${method} ${operation ?? (encodedName ? 'function' : 'functions')}`
    if (!path.startsWith(OURS)) return unknownOperation(call)
    if (call === 'GET functions') return describe.list(query)

    const isInvoke = call === 'POST invocations'
    if (!isInvoke && call !== 'GET function' && call !== 'GET configuration') return unknownOperation(call)
    const given = decoded(encodedName ?? '')
    const parsed = parseFunctionName(given)
    const qualifier = query.get('Qualifier') ?? parsed?.qualifier
    const target = parsed && functions.get(parsed.name)
    if (!target || (qualifier !== undefined && qualifier !== '$LATEST')) {
      // As recorded: Invoke names the qualifier it would have used, the others only the one given.
      return notFound(parsed?.name ?? given, qualifier ?? (isInvoke ? '$LATEST' : undefined))
    }
    if (call === 'GET function') return describe.get(target, qualifier)
    if (call === 'GET configuration') return describe.configuration(target, qualifier)
    const read = await readInvokeRequest(request)
    return 'refusal' in read ? read.refusal : invokeFunction(target, read.invoke, { requestId, qualifier })
  }

  return async (request, response) => {
    const requestId = randomUUID()
    sendResponse(response, await answer(request, requestId), [['x-amzn-requestid', requestId]])
  }
}
