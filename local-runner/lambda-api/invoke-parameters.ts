import type { IncomingMessage } from 'node:http'
import { violation } from './api-error.ts'
import { violationsOf } from './form.ts'

export type InvocationType = 'RequestResponse' | 'DryRun' | 'Event'

const INVOCATION_TYPES = {
  InvokeFunction: ['Event', 'RequestResponse', 'DryRun'],
  InvokeWithResponseStream: ['RequestResponse', 'DryRun'],
} as const satisfies Readonly<Record<string, readonly InvocationType[]>>
const TENANT_ID = { maxLength: 256, pattern: String.raw`[a-zA-Z0-9\._:\/=+\-@ ]+` }

export type InvokeOperation = keyof typeof INVOCATION_TYPES

export const headerOf = ({ headers }: IncomingMessage, name: string): string | undefined => {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

export interface InvokeParameters {
  /** What breaks the API's model; AWS looks at these before it looks for the function. */
  readonly violations: readonly string[]
  readonly invocationType: InvocationType
  readonly tenantId: string | undefined
}

/** The parameters of an invocation that the API's model restricts, besides the function's name. */
export function readInvokeParameters(request: IncomingMessage, operation: InvokeOperation): InvokeParameters {
  const wanted = headerOf(request, 'x-amz-invocation-type') ?? 'RequestResponse'
  const allowed: readonly InvocationType[] = INVOCATION_TYPES[operation]
  const invocationType = allowed.find((one) => one === wanted)
  const tenantId = headerOf(request, 'x-amz-tenant-id')
  return {
    violations: [
      ...(invocationType === undefined
        ? [violation(wanted, 'invocationType', `satisfy enum value set: [${allowed.join(', ')}]`)]
        : []),
      ...(tenantId === undefined ? [] : violationsOf(TENANT_ID, 'tenantId', tenantId)),
    ],
    invocationType: invocationType ?? 'RequestResponse',
    tenantId,
  }
}
