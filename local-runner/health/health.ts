import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendResponse } from '../http/send-response.ts'

export interface CheckResult {
  readonly ok: boolean
  /** The problem, or the current state. */
  readonly detail?: string
}

export interface Health {
  /** Adds or replaces the check of this name. A check must always settle. @returns the function that removes it */
  readonly setCheck: (name: string, check: () => CheckResult | Promise<CheckResult>) => () => void
  readonly report: () => Promise<{
    readonly ready: boolean
    readonly checks: Readonly<Record<string, CheckResult>>
  }>
}

export function createHealth(): Health {
  const checks = new Map<string, () => CheckResult | Promise<CheckResult>>()
  return {
    setCheck: (name, check) => {
      checks.set(name, check)
      return () => void (checks.get(name) === check && checks.delete(name))
    },
    report: async () => {
      const results = await Promise.all(
        [...checks].map(async ([name, check]) => [name, await check()] as const),
      )
      return { ready: results.every(([, { ok }]) => ok), checks: Object.fromEntries(results) }
    },
  }
}

export const isHealthPath = (url: string | undefined) => url === '/health/live' || url === '/health/ready'

/** `/health/live`: 200 while the process runs. `/health/ready`: 200 when every check passes, else 503. Both JSON. */
export function createHealthEndpoint({ report }: Pick<Health, 'report'>) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const live = request.url === '/health/live'
    const { ready, checks } = live ? { ready: true, checks: {} } : await report()
    const status = ready ? (live ? 'live' : 'ready') : 'not ready'
    sendResponse(response, {
      statusCode: ready ? 200 : 503,
      headers: [['content-type', 'application/json']],
      body: JSON.stringify(live ? { status } : { status, checks }),
    })
  }
}
