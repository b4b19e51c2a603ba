import type { IncomingMessage } from 'node:http'
import * as z from 'zod'
import type { HttpResponse } from '../http/response.ts'
import { unreservedConcurrency } from './account-settings.ts'
import { invalidParameter, validationError, violation } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'
import { jsonAnswer } from './json-answer.ts'
import { readJsonBody } from './read-json-body.ts'

/** An account keeps this many for functions that reserve none (configuration-concurrency). */
const LEAST_UNRESERVED = 100

const parameters = z.object({ ReservedConcurrentExecutions: z.int().nullish() })

const broken = (value: number | null, constraint: string) =>
  validationError([
    violation(value === null ? null : String(value), 'reservedConcurrentExecutions', constraint),
  ])

/** The operations on a function's reserved concurrency; a change takes effect at once and is kept over a restart. */
export function createFunctionConcurrency(functions: ReadonlyMap<string, ApiFunction>) {
  const answer = (reserved: number | undefined) =>
    jsonAnswer(reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved })

  return {
    get: ({ reservedConcurrency }: ApiFunction): HttpResponse => answer(reservedConcurrency()),

    put: async (target: ApiFunction, request: IncomingMessage): Promise<HttpResponse> => {
      const read = await readJsonBody(request, parameters)
      if ('refusal' in read) return read.refusal
      const wanted = read.body.ReservedConcurrentExecutions ?? null
      if (wanted === null) return broken(wanted, 'not be null')
      if (wanted < 0) return broken(wanted, 'have value greater than or equal to 0')
      const others = [...functions.values()].filter((other) => other !== target)
      if (unreservedConcurrency(others) - wanted < LEAST_UNRESERVED) {
        const text = `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`
        return invalidParameter(text)
      }
      await target.reserveConcurrency(wanted)
      return answer(wanted)
    },

    delete: async (target: ApiFunction): Promise<HttpResponse> => {
      await target.reserveConcurrency(undefined)
      return { statusCode: 204, headers: [], body: '' }
    },
  }
}
