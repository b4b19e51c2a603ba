import { Agent, request } from 'node:http'
import type { SeedRequest } from '../manifest/function-definition.ts'

/** 412 answers `If-None-Match: *` when the resource exists: an earlier start has seeded it. */
const isAccepted = (statusCode: number) => (statusCode >= 200 && statusCode < 300) || statusCode === 412

/** More would start further environments for a task of milliseconds. */
const CONNECTIONS = 2

export interface SendSeedDeps {
  readonly port: number
  readonly requests: readonly SeedRequest[]
}

/**
 * Sends a function's seed requests through its own HTTP port.
 * @throws error that lists failed requests with their answers
 */
export async function sendSeed({ port, requests }: SendSeedDeps): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const send = ({ method, path, headers, body }: SeedRequest) =>
    new Promise<string | undefined>((resolve) => {
      const report = (answer: string) => resolve(`  ${method} ${path}: ${answer}`)
      const json = body === undefined ? '' : JSON.stringify(body)
      const type = json === '' ? {} : { 'content-type': 'application/json' }
      request(
        { agent, host: '127.0.0.1', port, method, path, headers: { ...type, ...headers } },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', (error) => report(error.message))
          response.on('end', () => {
            const { statusCode = 0 } = response
            if (isAccepted(statusCode)) resolve(undefined)
            else report(`${statusCode} ${Buffer.concat(chunks).toString().slice(0, 200)}`)
          })
        },
      )
        .on('error', (error) => report(error.message))
        .end(json)
    })
  try {
    const failures = (await Promise.all(requests.map(send))).filter((failure) => failure !== undefined)
    if (failures.length > 0) {
      throw new Error(
        `${failures.length} of ${requests.length} seed requests failed:\n${failures.slice(0, 5).join('\n')}`,
      )
    }
  } finally {
    agent.destroy()
  }
}
