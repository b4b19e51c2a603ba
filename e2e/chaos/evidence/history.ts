import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

/** One request of a client, and its outcome. */
export interface Request {
  /** `repeat`: the same request again. `other-body`: another order under the same key, after the first was decided. */
  readonly action: 'place' | 'repeat' | 'other-body' | 'cancel' | 'get'
  readonly client: number
  readonly customerId: string
  /** Idempotency-Key; one for each planned order. */
  readonly key: string
  /** For cancel and get. */
  readonly orderId?: string
  readonly lines?: readonly { readonly sku: string; readonly quantity: number }[]
  /** Epoch ms. */
  readonly sentAt: number
  readonly tookMs: number
  /** HTTP status; undefined when no answer came. */
  readonly status?: number
  readonly answer?: Readonly<Record<string, unknown>>
  /** Why no answer came. */
  readonly fault?: string
}

export interface History {
  readonly add: (request: Request) => void
  readonly requests: readonly Request[]
  readonly close: () => Promise<void>
}

/** Keeps every request, also as JSON lines in `file`. */
export function createHistory(file: string): History {
  const requests: Request[] = []
  const stream = createWriteStream(file)
  return {
    requests,
    add: (request) => {
      requests.push(request)
      stream.write(`${JSON.stringify(request)}\n`)
    },
    close: async () => {
      stream.end()
      await finished(stream)
    },
  }
}
