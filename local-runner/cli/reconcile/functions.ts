import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'

/** A function as the reconcile uses it: it is asked for steps through the Lambda Invoke API. */
export interface ReconciledFunction {
  readonly name: string
  /**
   * @throws UnknownTriggerError at once, when the function has no reconcile trigger
   * @throws Error with the function's answer, when it still fails after several tries
   */
  readonly ask: (step: string, detailJson?: string) => Promise<unknown>
}

/** The function has no reconcile trigger. Named like the `errorType` of its answer. */
export class UnknownTriggerError extends Error {
  override readonly name = 'UnknownTriggerError'
}

const TRIES = 6

const failure = z.object({ errorType: z.string().default('Error'), errorMessage: z.string().default('') })
const refusal = z.object({ message: z.string().default('') })

/** @param port of the function's listener on this machine @param firstPauseMs before the second try; each later one twice as long */
export function createFunction(name: string, port: number, firstPauseMs = 250): ReconciledFunction {
  const url = `http://127.0.0.1:${port}/2015-03-31/functions/${name}/invocations`

  async function once(body: string): Promise<unknown> {
    const response = await fetch(url, { method: 'POST', body }).catch((cause: unknown) => {
      throw new Error(`no answer on port ${port}: start the runner (npm start) with the same PORT_OFFSET`, {
        cause,
      })
    })
    const answer: unknown = await response.json()
    if (response.headers.has('x-amz-function-error')) {
      const { errorType, errorMessage } = failure.parse(answer)
      if (errorType === 'UnknownTriggerError') throw new UnknownTriggerError(`${name}: ${errorMessage}`)
      throw new Error(`${errorType}: ${errorMessage}`)
    }
    if (!response.ok) throw new Error(`${response.status} ${refusal.parse(answer).message}`)
    return answer
  }

  return {
    name,
    ask: async (step, detailJson = '{}') => {
      const body = `{"source":"order-pipeline.reconcile","detail-type":"${step}","detail":${detailJson}}`
      for (let pauseMs = firstPauseMs, left = TRIES - 1; ; pauseMs *= 2, left -= 1) {
        try {
          return await once(body)
        } catch (error) {
          if (error instanceof UnknownTriggerError) throw error
          const why = error instanceof Error ? error.message : String(error)
          if (left === 0) {
            throw new Error(`The function "${name}" failed ${TRIES} times at "${step}": ${why}`, {
              cause: error,
            })
          }
          await delay(pauseMs)
        }
      }
    },
  }
}
