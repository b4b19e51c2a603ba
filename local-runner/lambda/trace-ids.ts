import { randomUUID } from 'node:crypto'

// From UUIDs, which Node creates in bulk: randomBytes needs a system call each time, a tenth of a request's time.
const hex = (digits: number) => randomUUID().replaceAll('-', '').slice(-digits)

/** X-Ray's root: `1-<epoch seconds>-<96 bits>`, all hexadecimal. */
export const newTraceRoot = (epochMs: number) =>
  `Root=1-${Math.floor(epochMs / 1000).toString(16)}-${hex(24)}`

/** X-Ray's full header for a trace that starts here. @param root `Root=1-…` */
export const toTraceId = (root: string) => `${root};Parent=${hex(16)};Sampled=0`

export const newTraceId = (epochMs: number) => toTraceId(newTraceRoot(epochMs))

/** Like API Gateway's `JCJM3j95PHcEJHg=`. */
export const newGatewayRequestId = () => Buffer.from(hex(22), 'hex').toString('base64')
